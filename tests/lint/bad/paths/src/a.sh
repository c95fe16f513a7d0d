echo /home/somebody/x
echo "$root/home/x" /proc/1/root/etc
ls /root/.profile
cp "/home/me/a" b
