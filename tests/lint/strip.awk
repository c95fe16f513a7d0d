# strip.awk: C without its comments, every line as "file:line:text", so that a rule looks at code and not at prose.
# -v strings=no also empties string and character literals; -v slashes=yes leaves what follows // standing.

FNR == 1 { inside = 0 }

{
	rest = $0
	out = ""
	while (rest != "") {
		if (inside) {
			end = index(rest, "*/")
			if (!end)
				break
			rest = substr(rest, end + 2)
			inside = 0
			continue
		}
		if (!match(rest, /\/\*|\/\/|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'/)) {
			out = out rest
			break
		}
		token = substr(rest, RSTART, RLENGTH)
		out = out substr(rest, 1, RSTART - 1)
		rest = substr(rest, RSTART + RLENGTH)
		if (token == "/*") {
			inside = 1
			out = out " "
		} else if (token == "//") {
			if (slashes == "yes")
				out = out token rest
			break
		} else {
			out = out (strings == "no" ? "\"\"" : token)
		}
	}
	print FILENAME ":" FNR ":" out
}
