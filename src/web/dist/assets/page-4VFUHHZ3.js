/* SPDX-License-Identifier: MIT */
/* Made of src/web by make page; with preact and uPlot, see licenses.txt. */
var ue,is,Lc,tn,lo,tr,rs,Ji,os,ao,so,Fc,Ti=Symbol.for("pv"),nr={},ir=[],Dc=/^m(i|n|o|s|text|space)$/,uo=Array.isArray,ls=ir.slice,_n=Object.assign;function wn(t){
t&&t.parentNode&&t.remove()}function Qi(t,e,n,i,r){var o={type:t,props:e,key:n,ref:i,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ti,__v:r||++is,__i:-1,__u:0};return!r&&ue.vnode&&ue.
vnode(o),o}function Xe(t){return t.children}function Xi(t,e){this.props=t,this.context=e,this.__g=0}function nn(t,e){if(e==null)return t.__&&nn(t.__,t.__i+1);for(var n;e<t.
__k.length;e++)if((n=t.__k[e])&&n.__e)return n.__e;return typeof t.type!="function"||t.props.__P?null:nn(t)}function Nc(t){var e,n=t.__v,i=n.__e,r=[],o=[],l=t.__P;
l&&((e=_n({constructor:Ti},n)).__v=n.__v+1,ue.vnode&&ue.vnode(e),co(l,e,n,t.__n,l.namespaceURI,32&n.__u?[i]:null,r,i||nn(n),32&n.__u,o),e.__v=n.__v,e.__.__k[e.__i]=
e,ps(r,e,o),n.__=n.__e=null,e.__e!=i&&ss(e))}function ss(t){if((t=t.__)&&t.__c&&!t.props.__P)return t.__e=null,t.__k.some(function(e){return e&&(t.__e=e.__e)}),
ss(t)}function ts(t){(8&t.__g||(t.__g|=8,tn.push(t),tr++))&&lo==ue.debounceRendering||((lo=ue.debounceRendering)||queueMicrotask)(as)}function as(){try{for(var t,
e=1;tn.length;)tn.length>e&&tn.sort(rs),t=tn.shift(),e=tn.length,8&t.__g&&Nc(t)}finally{(tr=tn.length)&&(lo||queueMicrotask)(as)}}function us(t,e,n,i,r,o,l,u,c,p,m){
var g,w,b,y,S,x,M=i.__k||ir,k=e.length;for(c=Rc(n,e,M,c,k),g=0;g<k;g++)(b=n.__k[g])!=null&&(w=~b.__i&&M[b.__i]||nr,b.__i=g,x=co(t,b,w,r,o,l,u,c,p,m),y=b.__e,(w.
ref!=b.ref||8&w.__u)&&(w.ref&&fo(w.ref,null,b,w),b.ref&&m.push(b.ref,b.__c||y,b)),S=S||y,4&b.__u?(c=cs(b,c,t,!w.__v),w.__e&&(w.__e=null)):typeof b.type=="functi\
on"&&x!==void 0?c=x:y&&(c=y.nextSibling),b.__u&=-21);return n.__e=S,c}function Rc(t,e,n,i,r){var o,l,u,c,p,m,g,w,b,y=n.length,S=y,x=0,M=0,k=t.__k=Array(r);for(o=
0;o<r;o++)(l=e[o])!=null&&typeof l!="boolean"&&typeof l!="function"?(typeof l!="object"||l.constructor===String?l=k[o]=Qi(null,l):uo(l)?l=k[o]=Qi(Xe,{children:l}):
l.constructor===Ti&&l.__b?l=k[o]=Qi(l.type,l.props,l.key,l.ref,l.__v):k[o]=l,c=o+x,l.__=t,l.__b=t.__b+1,u=null,~(p=l.__i=zc(l,n,c,S))&&(S--,(u=n[p])&&(u.__u|=2)),
u&&u.__v?(l.__u|=16,p==c-1?x--:p==c+1?x++:p!=c&&(p>c?x--:x++,M=1)):(~p||(r>y?x--:r<y&&x++),typeof l.type!="function"&&(l.__u|=4))):k[o]=null;if(M){for(m=[],g=[],
o=0;o<r;o++)if((l=k[o])&&16&l.__u){for(x=0,w=m.length;x<w;)m[b=x+w>>1]<l.__i?x=b+1:w=b;m[x]=l.__i,g[o]=x+1}for(x=m.length;o--;)g[o]&&(g[o]==x?x--:k[o].__u|=4)}if(S)
for(o=0;o<y;o++)!(u=n[o])||2&u.__u||(u.__e==i&&(i=nn(u)),po(u,u));return i}function cs(t,e,n,i){var r,o,l,u;if(typeof t.type=="function"){if(t.props.__P)return e;
if(r=t.__k)for(o=0;o<r.length;o++)r[o]&&(r[o].__=t,e=cs(r[o],e,n,!1));return e}for(e&&!e.parentNode&&(e=nn(t))&&!e.parentNode&&(e=null),l=t.__e,u=e;u&&u.nodeType==
8;)u=u.nextSibling;for(l!=u&&(!i&&n.moveBefore&&l.parentNode?n.moveBefore(l,e):n.insertBefore(l,e||null)),e=l;(e=e&&e.nextSibling)&&e.nodeType==8&&!e.data.startsWith(
"$s"););return e}function zc(t,e,n,i){var r,o=t.key,l=t.type,u=e[n],c=u&&!(2&u.__u);if(u===null&&o==null||c&&o==u.key&&l==u.type)return n;if(i>(c?1:0)){for(r=n-1;r>=0;r--)if((u=
e[r])&&!(2&u.__u)&&o==u.key&&l==u.type)return r;for(r=n+1;r<e.length;r++)if((u=e[r])&&!(2&u.__u)&&o==u.key&&l==u.type)return r}return-1}function ns(t,e,n){n==null&&
(n=""),e[0]=="-"?t.setProperty(e,n):t[e]=n}function Zi(t,e,n,i,r){var o,l;if(e=="style")if(typeof n=="string")t.style.cssText=n;else{if(typeof i=="string"&&(t.style.
cssText=i=""),i)for(e in i)n&&e in n||ns(t.style,e);if(n)for(e in n)i&&n[e]==i[e]||ns(t.style,e,n[e])}else if(e[0]=="o"&&e[1]=="n")typeof n!="function"&&(n=null),
typeof i!="function"&&(i=null),(t.__e||(t.__e={}))[e]=n,n&&i||(l=so[e]||(so[e]=Hc(e)),(t.__a||(t.__a={}))[e]=ao,o=e!=(e=e.replace(os,"$1")),(e=e.slice(2))[0]<"a"&&
(e=e.toLowerCase()),n?t.addEventListener(e,l,o):t.removeEventListener(e,l,o));else{if(r=="http://www.w3.org/2000/svg")e=e.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(e!="width"&&e!="height"&&e!="href"&&e!="list"&&e!="form"&&e!="tabIndex"&&e!="download"&&e!="rowSpan"&&e!="colSpan"&&e!="role"&&e!="popover"&&e in t)
try{return void(t[e]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&e[4]!="-"?t.removeAttribute(e):t.setAttribute(e,e=="popover"&&n==1?"":n)}}function Hc(t){
return function(e){var n=this.__e;if(n){if(n=n[t],e[Ji]==null)e[Ji]=ao++;else if(e[Ji]<this.__a[t])return;return n(ue.event?ue.event(e):e)}}}function co(t,e,n,i,r,o,l,u,c,p){
var m,g,w,b,y,S,x,M,k,E,A,j,D,K,W,Z,q,L,B=e.type;if(e.constructor!==Ti)return null;128&n.__u&&(c=32&n.__u,m=n.__c.__z)&&(e.__u|=c,g=o=[],m.nodeType==8?u=er(m,o):
o.push(m),u=o[0]||u),(m=ue.__b)&&m(e);e:if(typeof B=="function"){w=l.length;try{if(M=e.props,k=(m=B.prototype)&&m.render,E=(m=B.contextType)&&i[m.__c],A=m?E?E.props.
value:m.__:i,(b=n.__c)?(e.__c=b,2&b.__g&&(b.__g|=1)):(k?e.__c=b=new B(M,A):(e.__c=b=new Xi(M,A),b.constructor=B,b.render=Oc),E&&E.sub(b),b.state||(b.state={}),b.
__n=i,b.__g|=8,b.__h=[],b.__k=[]),k&&(b.__s||(b.__s=b.state),B.getDerivedStateFromProps&&(b.__s==b.state&&(b.__s=_n({},b.__s)),_n(b.__s,B.getDerivedStateFromProps(
M,b.__s)))),y=b.props,S=b.state,b.__v=e,n.__c){if(M!==y&&k&&!B.getDerivedStateFromProps&&b.componentWillReceiveProps&&b.componentWillReceiveProps(M,A),e.__v==n.
__v&&!(8&b.__g)||!(4&b.__g)&&b.shouldComponentUpdate&&b.shouldComponentUpdate(M,b.__s,A)===!1){e.__v!=n.__v&&(b.props=M,b.state=b.__s,b.__g&=-9),e.__e=n.__e,e.__k=
n.__k,e.__k.some(function(N){N&&(N.__=e)}),ir.push.apply(b.__h,b.__k),b.__k=[],b.__h.length&&l.push(b),u=nn(n);break e}b.componentWillUpdate&&b.componentWillUpdate(
M,b.__s,A),k&&b.componentDidUpdate&&b.__h.push(function(){b.componentDidUpdate(y,S,x)})}else k&&!B.getDerivedStateFromProps&&b.componentWillMount&&b.componentWillMount(),
k&&b.componentDidMount&&b.__h.push(b.componentDidMount);b.context=A,b.props=M,b.__P=t,b.__g&=-5,j=ue.__r,D=k?25:0;do b.__g&=-9,j&&j(e),m=b.render(b.props,b.state=
b.__s,b.context);while(8&b.__g&&++D<25);k&&(ir.push.apply(b.__h,b.__k),b.__k=[]),b.state=b.__s,b.getChildContext&&(i=_n({},i,b.getChildContext())),k&&n.__c&&b.getSnapshotBeforeUpdate&&
(x=b.getSnapshotBeforeUpdate(y,S)),K=m&&m.type===Xe&&m.key==null?m.props.children:m,M.__P&&(m=u,r=(t=M.__P).namespaceURI,c=o=null,n.props&&n.props.__P!=t&&(n.__k.
some(function(N){N&&po(N,N)}),n.__k=null),u=n.__k?nn(n,0):null),u=us(t,uo(K)?K:[K],e,n,i,r,o,l,u,c,p),M.__P&&(e.__e=null,u=m),e.__u&=-161,g&&g.some(wn),b.__h.length&&
l.push(b),1&b.__g&&(b.__g&=-4)}catch(N){if(l.length=w,e.__v=null,c||o)if(N&&N.then){if(e.__u|=128|c,o){for(~(q=o.indexOf(u||void 0))||(q=o.length);(L=o[q-1])&&L.
nodeType==8;)q--;for(;q<o.length;q++)if(L=o[q])if(o[q]=null,W){if(L==Z)break}else{if(L.nodeType!=8)break;L.data.startsWith("$s")&&(Z=er(W=L))}}if(!W){for(;u&&u.
nodeType==8&&u.nextSibling;)u=u.nextSibling;W=u}(m=er(W=e.__c.__z||(e.__c.__z=W)))?(e.__e=W,u=m):e.__e=u,u=u&&u.nextSibling}else o&&o.some(wn);else e.__e=n.__e;
e.__k||(e.__k=n.__k||[]),N&&N.then||fs(e),ue.__e(N,e,n)}}else u=e.__e=Ic(n.__e,e,n,i,r,o,l,c,p,t);return(m=ue.diffed)&&m(e),u}function er(t,e){if(t&&t.nodeType==
8&&t.data.startsWith("$s"))for(var n=1;t=t.nextSibling;){if(t.nodeType==8){if(t.data.startsWith("$s"))n++;else if(t.data.startsWith("/$s")&&!--n)return t}e&&e.push(
t)}}function fs(t){t&&(t.__c&&(t.__c.__g|=4),t.__k&&t.__k.some(fs))}function ps(t,e,n){for(var i=0;i<n.length;)fo(n[i++],n[i++],n[i++]);ue.__c&&ue.__c(e,t),t.some(
function(r){try{t=r.__h,r.__h=[],t.some(function(o){o.call(r)})}catch(o){ue.__e(o,r.__v)}})}function Ic(t,e,n,i,r,o,l,u,c,p){var m,g,w,b,y,S,x,M,k=n.props||nr,E=e.
props,A=e.type;if(A=="svg"?r="http://www.w3.org/2000/svg":A=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xhtml"),o){for(m=0;m<o.
length;m++)if((y=o[m])&&(A?y.localName==A:y.nodeType==3)){t=y,o[m]=null;break}}if(!t){if(M=p.ownerDocument||document,!A)return M.createTextNode(E);t=M.createElementNS(
r,A,E.is?E:p),u&&(ue.__m&&ue.__m(e,o),u=!1),o=null}if(A){if(p=A=="template"&&t.content||t,o=A=="textarea"&&E.defaultValue!=null?null:o&&ls.call(p.childNodes),!u&&
o)for(k={},m=0;m<t.attributes.length;m++)k[(y=t.attributes[m]).name]=y.value;for(m in k)y=k[m],m=="dangerouslySetInnerHTML"?w=y:m=="children"||m in E||m=="value"&&
"defaultValue"in E||m=="checked"&&"defaultChecked"in E||Zi(t,m,null,y,r);for(m in E)y=E[m],m=="children"?b=y:m=="dangerouslySetInnerHTML"?g=y:m=="value"?S=y:m==
"checked"?x=y:u&&typeof y!="function"||k[m]===y||Zi(t,m,y,k[m],r);g?(u||w&&(g.__html==w.__html||g.__html==t.innerHTML)||(t.innerHTML=g.__html),e.__k=[]):(w&&(t.
textContent=""),(A=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Dc.test(A))&&(r="http://www.w3.org/1999/xhtml"),us(p,uo(b)?b:[b],e,n,i,r,o,l,o?o[0]:
n.__k&&nn(n,0),u,c),o&&o.some(wn)),u&&A!="textarea"||(m="value",A=="progress"&&S==null?t.removeAttribute(m):S==null||S===t[m]&&(A!="progress"||S)||Zi(t,m,S,k[m],
r),m="checked",x!=null&&x!=t[m]&&Zi(t,m,x,k[m],r))}else k===E||u&&t.data==E||(t.data=E);return t}function fo(t,e,n,i){try{typeof t=="function"?e?e.__x=t(e)||1:i&&
(i=i.__c||i.__e)&&(e=i.__x)&&(i.__x=null,typeof e=="function"?e():t(null)):t.current=e}catch(r){ue.__e(r,n)}}function po(t,e,n){var i,r,o,l;if(ue.unmount&&ue.unmount(
t),!(i=t.ref)||i.current&&i.current!=t.__e||fo(i,null,e,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(u){ue.__e(u,e)}i.__P=i.__n=null}
if(i=t.__k)for(l=0;l<i.length;l++)i[l]&&po(i[l],e,typeof t.type!="function"||n&&!t.props.__P);!n&&(i=t.__c)&&(i=i.__z)&&(r=er(i,o=[]))&&(i==t.__e&&o.some(wn),wn(
r),wn(i)),n||wn(t.__e),t.__e=t.__c=t.__=null}function Oc(t,e,n){return this.constructor(t,n)}function ho(t,e){var n,i,r,o;ue.__&&ue.__(t,e),e.nodeType==9&&(e=e.
documentElement),i=(n=t&&32&t.__u)?null:e.__k,e.__k=Qi(Xe,{children:[t]}),r=[],o=[],co(e,e.__k,i||nr,nr,e.namespaceURI,i?null:e.firstChild?ls.call(e.childNodes):
null,r,i?i.__e:e.firstChild,n,o),ps(r,e.__k,o),e.__k.props.children=null}ue={__e:function(t,e,n,i){for(var r,o,l;e=e.__;)if((r=e.__c)&&!(1&r.__g)){r.__g|=4;try{if((l=(o=r.constructor)&&o.getDerivedStateFromError)&&r.setState(o.getDerivedStateFromError(
t)),r.componentDidCatch&&(r.componentDidCatch(t,i||{}),l=1),l&&8&r.__g)return void(r.__g|=2)}catch(u){t=u}}throw tr=0,t}},is=0,Lc=function(t){return t!=null&&t.
constructor===Ti},Xi.prototype.setState=function(t,e){var n=this.__s;n&&n!=this.state||(n=this.__s=_n({},this.state)),typeof t=="function"&&(t=t(_n({},n),this.props)),
t&&(_n(n,t),this.__v&&(e&&this.__k.push(e),ts(this)))},Xi.prototype.forceUpdate=function(t){this.__v&&(this.__g|=4,t&&this.__h.push(t),ts(this))},Xi.prototype.render=
Xe,tn=[],tr=0,rs=function(t,e){return t.__v.__b-e.__v.__b},Ji=Symbol(),os=/(PointerCapture)$|Capture$/i,ao=0,so={},Fc=0;var Jn,Pe,mo,ds,go=Object.is,rr=0,ys=[],bo=[],Ae=ue,hs=Ae.__b,ms=Ae.__r,gs=Ae.diffed,bs=Ae.__c,vs=Ae.unmount,ws=Ae.__;function or(t,e){Ae.__h&&Ae.__h(Pe,t,rr||e),
rr=0;var n=Pe.__H||(Pe.__H={__:[],__h:[]});return t>=n.__.length&&n.__.push({}),n.__[t]}function et(t){return rr=1,wo(ks,t)}function wo(t,e,n){var i=or(Jn++,2);
if(i.t=t,!i.__c&&(i.__=[n?n(e):ks(void 0,e),function(o){var l=(i.__N||i.__)[0],u=i.t(l,o);go(l,u)||(i.__N=[u,i.__[1]],i.__c.setState({}))}],i.__c=Pe,!Pe.__f)){Pe.
__f=!0;var r=Pe.shouldComponentUpdate;Pe.shouldComponentUpdate=function(o,l,u){var c=this.__H;if(!c)return!0;var p=!1,m=this.props!=o;if(c.__.some(function(w){w.
__N&&(p=!0,go(w.__[0],w.__N[0])||(m=!0))}),r){var g=r.call(this,o,l,u);return p?g||m:g}return!p||m}}return i.__}function ot(t,e){var n=or(Jn++,3);!Ae.__s&&xo(n.
__H,e)&&(n.__P=!0,n.__=t,n.u=e,Pe.__H.__h.push(n))}function _o(t,e){var n=or(Jn++,4);!Ae.__s&&xo(n.__H,e)&&(n.__P=!1,n.__=t,n.u=e,Pe.__h.push(n))}function Ce(t){
return rr=5,Ke(function(){return{current:t}},[])}function Ke(t,e){var n=or(Jn++,7);return xo(n.__H,e)&&(n.__=t(),n.__H=e),n.__}function Uc(){var t;do{for(;t=bo.shift();)try{Mi(t)}catch(n){Ae.__e(n,{__:(t=t.__P)&&t.__v})}for(;t=ys.shift();){var e=t.__H;if(t.__P&&e)try{e.__h.some(Mi),e.__h.
some(vo),e.__h=[]}catch(n){e.__h=[],Ae.__e(n,t.__v)}}}while(bo.length)}Ae.__b=function(t){Pe=null,hs&&hs(t)},Ae.__=function(t,e){t&&e.__k&&e.__k.__m&&(t.__m=e.__k.
__m),ws&&ws(t,e)},Ae.__r=function(t){ms&&ms(t),Jn=0;var e=(Pe=t.__c).__H;e&&(mo==Pe?Pe.__h=[]:(e.__h.some(Mi),e.__h.some(vo),Jn=0),e.__h=[],e.__.some(function(n){
n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),mo=Pe},Ae.diffed=function(t){gs&&gs(t);var e=t.__c;e&&e.__H&&(e.__H.__h.length&&xs(ys.push(e)),e.__H.__.some(function(n){
n.u&&(n.__H=n.u)})),mo=Pe=null},Ae.__c=function(t,e){e.some(function(n){try{n.__h.some(Mi),n.__h=n.__h.filter(function(i){return!i.__||vo(i)})}catch(i){n.__h=[function(){
throw i}]}}),bs&&bs(t,e)},Ae.unmount=function(t){vs&&vs(t);var e,n,i=t.__c;i&&i.__H&&(i.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=t.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,xs(bo.push(r))}else Mi(r)}catch(o){e=o}}),i.__H=void 0,e&&Ae.__e(e,i.__v))};var _s=typeof requestAnimationFrame==
"function";function Vc(t){var e,n=function(){clearTimeout(i),_s&&cancelAnimationFrame(e),setTimeout(t)},i=setTimeout(n,35);_s&&(e=requestAnimationFrame(n))}function xs(t){
t!=1&&ds==Ae.requestAnimationFrame||((ds=Ae.requestAnimationFrame)||Vc)(Uc)}function Mi(t){var e=Pe,n=t.__c;typeof n=="function"&&(t.__c=void 0,n()),Pe=e}function vo(t){
var e=Pe;t.__c=t.__(),Pe=e}function xo(t,e){return!t||t.length!=e.length||e.some(function(n,i){return!go(n,t[i])})}function ks(t,e){return typeof e=="function"?
e(t):e}var Wc=/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\ufffb]/g;function Se(t){return t.replace(Wc,e=>{let n=e.charCodeAt(0);return n<32?String.fromCharCode(9216+n):n===127?"␡":"�"})}function Ne(t,e=400){if(t.length<=e)return t;
let n=/[\ud800-\udbff]/.test(t[e-1])?e-1:e;return t.slice(0,n)+"…"}var qc=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function ft(t){return qc.format(
t)}function rn(t,e,n=e+"s"){return ft(t)+" "+(t===1?e:n)}function pt(t,e){let n=e>0?100*t/e:0;return n>0&&n<.01?"< 0.01 %":n.toFixed(n>=9.995?1:2)+" %"}function dt(t){
let e=Math.abs(t);return e===0?"0":e<5e-4?"< 0.001":e>=99.95?ft(t):t.toFixed(e>=9.995?1:e>=.0995?2:3)}function Qn(t){return t>0&&t<.0995?ft(Math.max(1,t*1e3))+"\
 ms":dt(t)+" s"}function Xn(t){let e=[],n=Math.round(t);for(let[i,r]of[[86400,"d"],[3600,"h"],[60,"min"],[1,"s"]]){let o=Math.floor(n/i);n-=o*i,o>0&&e.length<2&&
e.push(o+" "+r)}return e.join(" ")||"0 s"}var Ai=t=>String(t).padStart(2,"0");function ht(t){let e=new Date(t*1e3);return Ai(e.getHours())+":"+Ai(e.getMinutes())+
":"+Ai(e.getSeconds())}function lr(t){let e=new Date(t*1e3);return e.getFullYear()+"-"+Ai(e.getMonth()+1)+"-"+Ai(e.getDate())}var Bc=new TextEncoder;function xn(t){
let e=2166136261;for(let n of Bc.encode(t))e=Math.imul(e^n,16777619);return(e^e>>>15)>>>0}var yo=3,Ss=16,jc=16,Ms=17,As=18,Kc=19,ko=Kc*yo,Gc=11,Yc=3,$c="ffafae fdb396 f3bb85 e2c47e cbcd84 b0d595 95daac 7edcc7 75dae0 7dd5f4 92ceff acc6ff c6bdff ddb6f4\
 efb0e0 faaec8 c3c8d0 d9d9d9 d3d8e6".split(" "),Zc="814344 7f4730 784d1e 6c5514 5b5c1c 45622e 2a6643 006758 00666b 01627a 2a5c84 435688 584f84 68497a 75456b 7d4\
358 50555e 46464b 3c4152".split(" ");function sr(t,e,n){let i="#";for(let r=0;r<6;r+=2){let o=parseInt(t.slice(r,r+2),16),l=parseInt(e.slice(r,r+2),16);i+=Math.
round(o*n+l*(1-n)).toString(16).padStart(2,"0")}return i}function Jc(t,e,n){return t.flatMap(i=>n.map(r=>sr(i,e,r)))}function Qc(t,e,n){return t.map(i=>sr(i.slice(
1),e,n))}function Ts(t,e,n,i){let r=Jc(t,e,n);return{...i,page:"#"+e,box:r,left:Qc(r,e,.36)}}var ei={light:Ts($c,"ffffff",[1,.8,.62],{ink:"#1d1d22",faint:"#8585\
8f",narrow:"#dddde3",hit:"#7c3aed",onHit:"#ffffff"}),dark:Ts(Zc,"17171b",[1,.84,.7],{ink:"#ececf1",faint:"#85858f",narrow:"#34343b",hit:"#a78bfa",onHit:"#17171b"})},
yn=["#7c6af2","#0f9d8a","#d9822b","#d64577","#3b8fd9","#7a9a01","#b05cc9","#c2571a","#1aa3c4","#8a7b4f","#e06666","#5f7d95"],So="#8e8e99";function Xc(t){return t.
split("/").slice(-2).join("/")}function ef(t,e,n){let i=t.kind[e];return i==="marker"?Ms:i==="group"?As:n==="hash"?xn(t.fn[e]+"\0"+t.file[e])%Ss:n==="language"?
i==="native"?Yc:Gc:i==="native"?jc:xn(Xc(t.file[e]))%Ss}function Cs(t,e){return Uint8Array.from(t.text,(n,i)=>{let r=ef(t,i,e),o=r===Ms||r===As?0:xn(t.fn[i])%yo;
return r*yo+o})}function ar(t){let e=new Array(yn.length).fill(!1),n=new Map,i=[...new Set(t)],r=i.slice(0,yn.length).sort();for(let o of[...r,...i.slice(yn.length)]){
let l=xn(o)%yn.length;for(let u=0;e[l]&&u<yn.length;u++)l=(l+1)%yn.length;e[l]=!0,n.set(o,yn[l])}return n}var tt=18,To=.5,tf=.1,nf=24,Es=4,rf=3,ur=ko,ti=2*ko,Ps=ti+1,Ls=ti+2,Mo=ti+3,of='12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',Ao=class{constructor(e,n){
this.tree=e;this.pen=n;this.text=new Float32Array(e.names.text.length).fill(-1),this.short=new Float32Array(e.names.text.length).fill(-1)}tree;pen;text;short;label(e,n){
let{names:i}=this.tree,r=Ne(i.text[e]);if(this.text[e]<0&&(this.text[e]=this.pen.measureText(r).width),this.text[e]<=n)return r;let o=Ne(i.fn[e]||i.text[e]);return this.
short[e]<0&&(this.short[e]=this.pen.measureText(o).width),this.short[e]<=n?o:this.cut(o,this.short[e],n)}cut(e,n,i){let r=Math.floor(e.length*i/n);for(;r>0&&this.
pen.measureText(e.slice(0,r)+"…").width>i;)r--;return r>0&&/[\ud800-\udbff]/.test(e[r-1])&&r--,r>=rf?e.slice(0,r)+"…":""}},cr=class{constructor(e){this.canvas=
e;this.pen=e.getContext("2d",{alpha:!1})}canvas;pen;width=0;height=0;scroll=0;up=!1;node=0;from=0;until=1;rows=1;paint;colours;hits=null;tree;drawn=0;took=0;ruler;ratio=1;n=0;left=new Float32Array(
4096);wide=new Float32Array(4096);row=new Int32Array(4096);label=new Int32Array(4096);bucket=new Uint8Array(4096);order=new Int32Array(4096);starts=new Int32Array(
Mo+1);runFrom=new Float64Array(0);runUntil=new Float64Array(0);runHit=new Uint8Array(0);show(e){this.tree=e,this.ruler=new Ao(e,this.pen),this.runFrom=new Float64Array(
e.rows),this.runUntil=new Float64Array(e.rows),this.runHit=new Uint8Array(e.rows)}resize(e,n){this.ratio=window.devicePixelRatio||1,this.width=e,this.height=n,this.
canvas.width=Math.round(e*this.ratio),this.canvas.height=Math.round(n*this.ratio),this.canvas.style.width=e+"px",this.canvas.style.height=n+"px"}contentHeight(){
return this.up?Math.max(this.rows*tt,this.height):this.rows*tt}top(e){return(this.up?this.contentHeight()-(e+1)*tt:e*tt)-this.scroll}scale(){return this.width/Math.
max(this.until-this.from,1e-9)}extent(e){let n=this.scale(),i=Math.max(0,(this.tree.x[e]-this.from)*n),r=Math.min(this.width,(this.tree.x[e]+this.tree.total[e]-
this.from)*n);return[i,Math.max(0,r-i)]}at(e,n){let{tree:i}=this,r=n+this.scroll,o=Math.floor((this.up?this.contentHeight()-r:r)/tt);if(o<0||o>=i.rows||e<0||e>this.
width)return-1;let l=this.from+e/this.scale(),u=i.rowStart[o],c=i.rowStart[o+1],p=u;for(;u<c;){let g=u+c>>1;i.x[i.rowNodes[g]]<=l?u=g+1:c=g}let m=u>p?i.rowNodes[u-
1]:-1;return m>=0&&l<i.x[m]+i.total[m]?m:-1}draw(){let e=performance.now();this.n=0,this.collect(),this.sort(),this.fill(),this.write(),this.drawn=this.n,this.took=
performance.now()-e}collect(){let{x:e,total:n,depth:i,end:r,name:o}=this.tree,{from:l,until:u,hits:c,colours:p}=this,m=this.scale(),g=this.tree.n,[w,b]=this.visibleRows(),
y=i[this.node];this.runUntil.fill(-1);for(let S=0;S<g;){let x=i[S],M=n[S],k=e[S];if(k>=u||k+M<=l||x>=b){S=r[S];continue}let E=M*m,A=c!==null&&c[o[S]]===1;if(E<To){
x>=w&&this.narrow(x,(k-l)*m,E,A),S=E<tf?r[S]:S+1;continue}if(x>=w){let j=x<y||c!==null;this.add((k-l)*m,E,x,o[S],A?ti:j?ur+p[o[S]]:p[o[S]])}S++}for(let S=Math.max(
0,w);S<Math.min(b,this.tree.rows);S++)this.endRun(S)}visibleRows(){let e=this.up?this.contentHeight()-this.scroll-this.height:this.scroll;return[Math.floor(e/tt),
Math.min(this.tree.rows,Math.ceil((e+this.height)/tt))]}narrow(e,n,i,r){this.runUntil[e]>=0&&n-this.runUntil[e]>To&&this.endRun(e),this.runUntil[e]<0&&(this.runFrom[e]=
n,this.runHit[e]=0),this.runUntil[e]=Math.max(0,n+i),r&&(this.runHit[e]=1)}endRun(e){let n=this.runFrom[e],i=this.runUntil[e]-n;this.runUntil[e]>=0&&i>=To&&this.
add(n,i,e,-1,this.runHit[e]?Ls:Ps),this.runUntil[e]=-1}add(e,n,i,r,o){this.n===this.order.length&&this.grow();let l=this.n++,u=Math.min(e+(n>2?n-.6:n),this.width+
1);e=Math.max(e,-1),this.left[l]=e,this.wide[l]=u-e,this.row[l]=i,this.label[l]=u-e>=nf?r:-1,this.bucket[l]=o}grow(){let e=this.order.length*2,n=(i,r)=>(i.set(r),
i);this.left=n(new Float32Array(e),this.left),this.wide=n(new Float32Array(e),this.wide),this.row=n(new Int32Array(e),this.row),this.label=n(new Int32Array(e),this.
label),this.bucket=n(new Uint8Array(e),this.bucket),this.order=new Int32Array(e)}sort(){let{starts:e,bucket:n,order:i,n:r}=this;e.fill(0);for(let l=0;l<r;l++)e[n[l]+
1]++;for(let l=0;l<Mo;l++)e[l+1]+=e[l];let o=e.slice();for(let l=0;l<r;l++)i[o[n[l]]++]=l}fill(){let{pen:e,paint:n}=this;e.setTransform(this.ratio,0,0,this.ratio,
0,0),e.fillStyle=n.page,e.fillRect(0,0,this.width,this.height);for(let i=0;i<Mo;i++)if(this.starts[i]!==this.starts[i+1]){e.fillStyle=this.colourOf(i);for(let r=this.
starts[i];r<this.starts[i+1];r++){let o=this.order[r];e.fillRect(this.left[o],this.top(this.row[o]),this.wide[o],tt-1)}}}colourOf(e){return e===ti||e===Ls?this.
paint.hit:e===Ps?this.paint.narrow:e>=ur?this.paint.left[e-ur]:this.paint.box[e]}write(){let{pen:e,paint:n}=this,i="";e.font=of,e.textBaseline="alphabetic",e.direction=
"ltr";for(let r=0;r<this.n;r++){let o=this.order[r];if(this.label[o]<0)continue;let l=Math.max(0,this.left[o]),u=this.left[o]+this.wide[o]-l-2*Es,c=this.ruler.label(
this.label[o],u),p=this.bucket[o],m=p===ti?n.onHit:p>=ur?n.faint:n.ink;c!==""&&(m!==i&&(e.fillStyle=i=m),e.fillText(c,l+Es,this.top(this.row[o])+tt-5))}}};var lf=2e4,Wt=class extends Error{};function Eo(t){return typeof t=="object"&&t!==null&&!Array.isArray(t)}function ii(t,e,n){let i=t[e];if(!Array.isArray(i)||n!==
void 0&&i.length!==n)throw new Wt('the profile has no proper "'+e+'"');return i}function Co(t,e,n){return ii(t,e,n).map(i=>Se(String(i)))}function Fs(t,e,n){let i=new Float64Array(
ii(t,e,n));for(let r=0;r<n;r++)if(!(i[r]>=0&&i[r]<1/0))throw new Wt('"'+e+'" of the profile has something that is no amount');return i}function ni(t,e){return typeof t==
"number"&&Number.isFinite(t)?t:e}function Ds(t){if(typeof t=="string"){let e=Date.parse(t);return Number.isNaN(e)?null:e/1e3}return ni(t,null)}function sf(t){let e=Eo(
t)?t:{},n={};if(Eo(e.lost))for(let[l,u]of Object.entries(e.lost))typeof u=="number"&&u>0&&(n[Se(l)]=u);let i=Ds(e.effective_from??e.from??e.start),r=ni(e.duration,
null),o=Ds(e.effective_until)??(i!==null&&r!==null?i+r:null);return{title:Se(String(e.title??"")),mode:Se(String(e.mode??"")),unit:Se(String(e.unit??"samples")),
duration:r??(i!==null&&o!==null?o-i:null),rateAsked:ni(e.rate_asked,null),rateReached:ni(e.rate_reached,null),looks:ni(e.looks,null)??0,lost:n,coverage:ni(e.coverage,
null),from:i,until:o}}function af(t,e){return e!==""&&t.startsWith(e)?e:t.replace(/ \([^()]*\)$/,"")}function uf(t){let e=Co(t,"names"),n=e.length,i=new Uint32Array(
n);for(let r=0;r<n;r++)i[r]=xn(e[r]),e[r]||="(no name)";return{text:e,fn:Co(t,"function",n).map((r,o)=>af(e[o],r)),file:Co(t,"file",n),line:ii(t,"line",n).map(Number),
kind:ii(t,"kind",n).map(String),key:i}}function Ns(t){if(!Eo(t))throw new Wt("the profile is no object");let e=uf(t),n=new Int32Array(ii(t,"name")),i=n.length,r=new Int32Array(
ii(t,"depth",i));for(let o=0;o<i;o++){let l=r[o];if(n[o]<0||n[o]>=e.text.length)throw new Wt("a node of the profile has no name");if(o===0?l!==0:l<1||l>r[o-1]+1||
l>lf)throw new Wt("the nodes of the profile are in no order")}if(i===0)throw new Wt("the profile has no root");return Po(e,n,r,Fs(t,"self",i),Fs(t,"total",i),sf(
t.meta))}function Po(t,e,n,i,r,o){let l=e.length,u=new Float64Array(l),c=new Int32Array(l),p=new Int32Array(l),m=0;for(let x=0;x<l;x++)m=Math.max(m,n[x]+1);let g=new Float64Array(
m+1),w=new Int32Array(m+1),b=new Int32Array(m+1);for(let x=0;x<l;x++){let M=n[x];u[x]=g[M],g[M]=u[x]+r[x],g[M+1]=u[x],w[M]=x,p[x]=M>0?w[M-1]:-1,b[M+1]++,c[x]=x+
1}for(let x=l-1;x>0;x--){let M=p[x];c[x]>c[M]&&(c[M]=c[x])}for(let x=0;x<m;x++)b[x+1]+=b[x];let y=new Int32Array(l),S=b.slice();for(let x=0;x<l;x++)y[S[n[x]]++]=
x;return{n:l,names:t,name:e,depth:n,self:i,total:r,x:u,end:c,parent:p,rows:m,rowStart:b,rowNodes:y,meta:o}}function Rs(t,e){let n=t.depth[e];for(let i=e,r=t.end[e];i<
r;i++)t.depth[i]>n&&(n=t.depth[i]);return n}function Lo(t,e){let n=[];for(let i=e;i>=0;i=t.parent[i])n.push(i);return n.reverse()}function zs(t,e){if(e<=0)return"";
let n=0;for(let i of Lo(t,e))n=Hs(n,t.names.key[t.name[i]]);return(n>>>0).toString(16).padStart(8,"0")}function Hs(t,e){return Math.imul(t^e,16777619)+40503}function Is(t,e){
let n=parseInt(e,16)>>>0,i=new Int32Array(t.n);if(e==="")return 0;for(let r=0;r<t.n;r++)if(i[r]=Hs(r>0?i[t.parent[r]]:0,t.names.key[t.name[r]]),i[r]>>>0===n)return r;
return-1}function kn(t,e){let n=t.meta.rateAsked??t.meta.rateReached;return t.meta.unit==="samples"&&n?e/n:null}var on=null;function cf(){return on||(on=document.createElement("div"),on.className="tip",on.setAttribute("role","tooltip"),document.body.appendChild(on)),on}function Sn(t,e,n,i){
let r=document.createElement(e);return r.className=n,r.textContent=i,t.appendChild(r)}function Fo(){on&&(on.hidden=!0)}function ff(t,e,n){let{width:i,height:r}=t.
getBoundingClientRect(),o=e+14+i>window.innerWidth-4?e-12-i:e+14,l=n+18+r>window.innerHeight-4?n-12-r:n+18;t.style.left=Math.max(4,o)+"px",t.style.top=Math.max(
4,l)+"px"}function Ei(t,e){let n=kn(t,e),i=ft(e)+" "+t.meta.unit;return n===null?i:Qn(n)+" · "+i}function Ci(t,e,n,i){let r=Sn(t,"div","tip-row","");Sn(r,"span",
"tip-name",e),Sn(r,"span","tip-value",n),Sn(r,"span","tip-share",i)}function Do(t,e,n,i,r){let o=cf(),{names:l}=t,u=t.name[e],c=t.parent[e];o.textContent="",o.hidden=
!1,Sn(o,"div","tip-title",Ne(l.fn[u]||l.text[u])),l.file[u]&&Sn(o,"div","quiet",Ne(l.file[u])+(l.line[u]?":"+l.line[u]:""));let p=Sn(o,"div","tip-table","");Ci(
p,"total",Ei(t,t.total[e]),pt(t.total[e],t.total[0])),Ci(p,"self",Ei(t,t.self[e]),pt(t.self[e],t.total[0]));let m=kn(t,t.total[e]),{duration:g}=t.meta;m!==null&&
g&&Ci(p,"on average",dt(m/g)+" cores",""),c>0&&Ci(p,"of its caller","",pt(t.total[e],t.total[c])),n>0&&e>n&&e<t.end[n]&&Ci(p,"of the zoomed","",pt(t.total[e],t.
total[n])),ff(o,i,r)}var pf=Symbol.for("pv"),df=0;function h(t,e,n,i,r,o){e||(e={});var l,u,c=e;if("ref"in c&&typeof t!="function")for(u in c={},e)u=="ref"?l=e[u]:c[u]=e[u];var p={type:t,props:c,key:n,ref:l,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:pf,__v:--df,__i:-1,__u:0};return(r||o)&&(p.__source=r,p.__self=o),ue.vnode&&ue.vnode(p),p}var hf=140,Os=3,mf=window.matchMedia("(prefers-reduced-motion: reduce)"),No=class{constructor(e,n,i,r,o){this.frame=e;this.sizer=n;this.outline=r;this.chart=new cr(
i),this.props=o,this.seen=new ResizeObserver(()=>this.resize()),this.seen.observe(e),e.addEventListener("scroll",()=>this.scrolled()),i.addEventListener("mousem\
ove",l=>this.onMove(l)),i.addEventListener("mouseleave",()=>this.leave()),i.addEventListener("click",l=>this.onClick(l)),i.addEventListener("dblclick",()=>this.
pickClicked()),this.take(o,!0),this.resize()}frame;sizer;outline;chart;focus=-1;props;clicked=-1;moving=0;waiting=0;seen;close(){cancelAnimationFrame(this.moving),
cancelAnimationFrame(this.waiting),this.seen.disconnect(),Fo()}take(e,n=!1){let{chart:i}=this,r=this.props,o=n||e.tree!==r.tree,l=e.up!==i.up;this.props=e,i.paint=
e.paint,i.colours=e.colours,i.hits=e.hits,i.up=e.up,o&&i.show(e.tree),o||l||e.node!==i.node?this.goTo(e.node,!o&&!l,l||e.node!==i.node):this.later()}goTo(e,n,i){
let{chart:r}=this,{tree:o}=this.props,l=o.depth[e];r.node=e,r.rows=Rs(o,e)+1,this.leave(),this.size(),i&&this.scrollToRow(Math.max(0,l-Os));let u=o.x[e]+Math.max(
o.total[e],1e-9);!n||mf.matches?(cancelAnimationFrame(this.moving),this.view(o.x[e],u)):this.move(o.x[e],u)}view(e,n){this.chart.from=e,this.chart.until=n,this.
later()}move(e,n){let{chart:i}=this,r=i.from,o=i.until,l=performance.now(),u=c=>{let p=Math.min(1,Math.max(0,(c-l)/hf)),m=1-(1-p)**3;i.from=r+(e-r)*m,i.until=o+
(n-o)*m,this.draw(),p<1&&(this.moving=requestAnimationFrame(u))};cancelAnimationFrame(this.moving),this.moving=requestAnimationFrame(u)}size(){this.sizer.style.
height=Math.max(this.chart.contentHeight(),this.frame.clientHeight)+"px"}resize(){let{clientWidth:e,clientHeight:n}=this.frame,i=this.chart.width===0;if(e===0||
n===0)return;let{chart:r}=this,o=r.contentHeight()-r.scroll-r.height;r.resize(e,n),this.size(),!i&&r.up&&(this.frame.scrollTop=r.contentHeight()-o-n),i&&this.scrollToRow(
Math.max(0,this.props.tree.depth[this.chart.node]-Os)),this.draw()}scrollToRow(e){let{chart:n,frame:i}=this;i.scrollTop=n.up?n.contentHeight()-e*tt-i.clientHeight:
e*tt}scrolled(){this.leave(),this.later()}later(){cancelAnimationFrame(this.waiting),this.waiting=requestAnimationFrame(()=>this.draw())}draw(){this.chart.width!==
0&&(this.chart.scroll=this.frame.scrollTop,this.chart.draw(),performance.getEntriesByName("picture").length===0&&performance.mark("picture"),this.chart.canvas.dataset.
rows=String(this.chart.rows),this.frame.dataset.drawn=String(this.chart.drawn),this.frame.dataset.ms=this.chart.took.toFixed(1),this.frame.dataset.draws=String(
Number(this.frame.dataset.draws??0)+1))}place(e){let n=this.chart.canvas.getBoundingClientRect();return[e.clientX-n.left,e.clientY-n.top]}onMove(e){let n=this.chart.
at(...this.place(e));if(n<0)return this.leave();this.focusOn(n),Do(this.props.tree,n,this.chart.node,e.clientX,e.clientY)}onClick(e){if(e.detail>1)return;let n=this.
clicked=this.chart.at(...this.place(e));n>=0&&n!==this.chart.node&&this.props.onZoom(n)}pickClicked(){this.clicked>0&&this.props.onPick?.(this.clicked)}leave(){
this.focus=-1,this.outline.hidden=!0,Fo()}focusOn(e){let[n,i]=this.chart.extent(e),{style:r}=this.outline;this.focus=e,this.outline.hidden=!1,r.left=n+"px",r.top=
this.chart.top(this.props.tree.depth[e])+this.frame.scrollTop+"px",r.width=Math.max(2,i)+"px"}visible(e){let n=this.chart.top(this.props.tree.depth[e]);return n>=
0&&n+tt<=this.chart.height}reveal(e){let{chart:n}=this,{tree:i}=this.props;if(!this.visible(e)){let u=i.depth[e]-Math.floor(n.height/tt/2);this.scrollToRow(Math.
max(0,u)),this.draw()}this.focusOn(e);let[r,o]=n.extent(e),l=n.canvas.getBoundingClientRect();Do(i,e,n.node,l.left+r+Math.min(o,80)/2,l.top+n.top(i.depth[e])+tt/
2)}neighbour(e,n){let{rowStart:i,rowNodes:r,depth:o}=this.props.tree,l=o[e],u=i[l];for(;r[u]!==e;)u++;for(u+=n;u>=i[l]&&u<i[l+1];u+=n){let[,c]=this.chart.extent(
r[u]);if(c>=1)return r[u]}return e}widestChild(e){let{end:n,total:i}=this.props.tree,r=e;for(let o=e+1;o<n[e];o=n[o])(r===e||i[o]>i[r])&&(r=o);return r}walk(e){
let n=this.focus<0?this.chart.node:this.focus;this.focus<0?this.reveal(n):e==="ArrowLeft"||e==="ArrowRight"?this.reveal(this.neighbour(n,e==="ArrowLeft"?-1:1)):
this.reveal(e==="ArrowDown"!==this.props.up?this.widestChild(n):Math.max(0,this.props.tree.parent[n]))}enter(){this.focus>=0&&this.props.onZoom(this.focus)}pick(){
this.focus>0&&this.props.onPick?.(this.focus)}nextHit(e){let{tree:n,hits:i}=this.props,{n:r}=n,o=this.focus<0?e<0?0:this.chart.node-1:this.focus;for(let l=0;i&&
l<r;l++)if(o=(o+e+r)%r,!!i[n.name[o]])return this.chart.extent(o)[1]===0&&this.props.onZoom(0),this.view(n.x[this.chart.node],n.x[this.chart.node]+n.total[this.
chart.node]),this.reveal(o)}};function fr(t){let e=Ce(null),n=Ce(null),i=Ce(null),r=Ce(null),o=Ce(null);return _o(()=>(o.current=new No(e.current,n.current,i.current,
r.current,t),t.keys?.(o.current),()=>{o.current?.close(),t.keys?.(null)}),[]),_o(()=>o.current?.take(t)),h("div",{class:"flame",ref:e,children:h("div",{class:"s\
izer",ref:n,children:[h("canvas",{ref:i,role:"img","aria-label":t.label}),h("div",{class:"outline",ref:r,hidden:!0})]})})}var gf=[["Views",[["f","flame graph"],["t","top table"],["s","sandwich, of the box under the pointer"],["l","live"],["r","ask for the newest"],["d","light or da\
rk"]]],["What is shown",[["m","CPU, wall, GIL"],["g","by function, line, module"],["a","threads apart or together"],["c","colours"],["i","icicle or flame"],["[ \
]","interval before, after"]]],["Moving about",[["click","zoom to a box"],["← ↑ → ↓","walk over boxes or rows"],["Enter","zoom, or open a row"],["Home",
"show everything"],["Esc","one step back"]]],["Searching",[["/","text, or /regex/"],["n N","next, previous box found"],["?","this"]]]];function Us({onClose:t}){
let e=Ce(null);return ot(()=>e.current.showModal(),[]),h("dialog",{class:"help",ref:e,onClose:t,onClick:n=>n.target===e.current&&t(),children:h("div",{class:"he\
lp-inside",children:[h("header",{children:[h("h2",{children:"Keys"}),h("button",{class:"small",onClick:t,children:"Close"})]}),h("div",{class:"help-lists",children:gf.
map(([n,i])=>h("section",{children:[h("h3",{children:n}),h("dl",{children:i.map(([r,o])=>[h("dt",{children:h("kbd",{children:r})},r),h("dd",{children:o},r+".")])})]},
n))}),h("p",{class:"quiet",children:"Values are CPU time that the kernel measured, shared out by looks. The address of this page holds everything that is chosen\
: it can be sent to somebody."})]})})}function Ro(t,e){return t[(t.indexOf(e)+1)%t.length]}function bf({state:t,set:e,zoomOut:n}){t.q!==""?e({q:""},"replace"):t.view!=="flame"?e({view:"flame"}):t.zoom!==
""?n():t.from!==null&&e({from:null,until:null})}function vf(){let t=document.querySelector("#search");t?.focus(),t?.select()}var Vs={f:({set:t})=>t({view:"flame"}),
t:({set:t})=>t({view:"table"}),s:({state:t,set:e,flame:n})=>n&&n.focus>0?n.pick():t.view!=="sandwich"&&e({view:"sandwich"}),l:t=>t.live(),r:t=>t.reload(),d:t=>t.
turnTheme(),m:({state:t,set:e})=>e({mode:Ro(["cpu","wall","gil"],t.mode)}),g:({state:t,set:e})=>e({merge:Ro(["function","line","module"],t.merge),zoom:""}),a:({
state:t,set:e})=>e({threads:!t.threads,zoom:""}),c:({state:t,set:e})=>e({colour:Ro(["module","language","hash"],t.colour)},"replace"),i:({state:t,set:e})=>e({up:!t.
up},"replace"),n:({flame:t})=>t?.nextHit(1),N:({flame:t})=>t?.nextHit(-1),"?":t=>t.help(),"[":t=>t.shift(-1),"]":t=>t.shift(1),Home:({set:t})=>t({zoom:""})};function Ws(t,e){
let n=t.target,{key:i}=t,r=n.localName==="input"&&n.type!=="checkbox";if(!document.querySelector("dialog[open]")){if(i==="f"&&(t.ctrlKey||t.metaKey)||i==="/"&&!r)
vf();else if(i==="Escape"){if(n.localName==="input"&&n.id!=="search")return n.blur();bf(e),n.blur()}else{if(r||t.ctrlKey||t.metaKey||t.altKey||n.localName==="se\
lect")return;if(i.startsWith("Arrow")){if(!e.flame)return;e.flame.walk(i)}else if(i==="Enter"){if(["button","summary","a"].includes(n.localName))return;e.flame?.
enter()}else if(Object.hasOwn(Vs,i))Vs[i](e);else return}t.preventDefault()}}var St=class extends Error{constructor(n,i,r=0){super(i);this.trouble=n;this.retry=r}trouble;retry},wf=1e5,qs=3,_f=60;async function xf(t){try{let e=await t.json(),
n=typeof e=="object"&&e!==null?e.error:void 0;if(typeof n=="string")return n}catch{}return"The daemon answered with status "+t.status+"."}async function yf(t){let e=await xf(
t);if(t.status===401||t.status===403)throw new St("token",e);if(t.status===503||t.status===429){let n=Number(t.headers.get("Retry-After"))||qs;throw new St("bus\
y",e,Math.min(Math.max(n,1),_f))}throw new St("refused",e)}async function Bs(t,e){let n;try{n=await fetch(t,{signal:e,headers:{Accept:"application/json"},credentials:"\
same-origin"})}catch(i){throw e.aborted?i:new St("offline","There is no answer.",qs)}n.ok||await yf(n);try{return await n.json()}catch(i){throw e.aborted?i:new St(
"damaged","The answer ended early or is no JSON.")}}function js(t){let e=new URLSearchParams;for(let n of t.pids)e.append("pid",String(n));if(t.pids.length===0)
for(let n of t.services)e.append("service",n.startsWith("~")?"~^"+kf(n)+"$":n);return e}function kf(t){return t.replace(/[.*+?^${}()|[\]\\]/g,"\\$&")}function pr(t,e,n){
let i=js(t);return i.append("format",n),i.append("mode",t.mode),i.append("merge",t.merge),t.threads&&i.append("threads","1"),i.append("from",String(e[0])),i.append(
"until",String(e[1])),i.append("max_nodes",String(wf)),"api/v1/profile?"+i.toString()}function Ks(t,e,n){let i=js(t);return i.append("by",t.pids.length>0?"pid":
"service"),i.append("mode",t.mode),"api/v1/timeline?"+i.toString()+"&"+Ys(e,n)}function Gs(t,e){return"api/v1/timeline?by=service&mode=cpu&"+Ys(t,e)}function Ys(t,e){
return"from="+t[0]+"&until="+t[1]+"&step="+e}function zo(t,e,n){return e*Math.max(1,Math.ceil(t/e/n))}function $s(t){let e=t;if(!e||!Array.isArray(e.targets))throw new St(
"damaged","The list of targets is not what was expected.");let n=typeof e.step=="number"&&e.step>0?e.step:10;return{host:String(e.host??""),watermark:ri(e.watermark),
step:n,targets:e.targets.map(Sf)}}function ri(t){return typeof t=="number"&&Number.isFinite(t)?t:0}function Sf(t){let e=t??{},n={};for(let[i,r]of Object.entries(
e.labels??{}))n[i]=String(r);return{id:String(e.id??""),service:String(e.service??""),pid:ri(e.pid),command:String(e.command??""),runtime:String(e.runtime??""),
labels:n,first:ri(e.first),last:ri(e.last),cpu:ri(e.cpu),threads:ri(e.threads),gone:e.gone===!0}}function Ho(t){let e=t;if(!e||!Array.isArray(e.series)||typeof e.
from!="number"||typeof e.step!="number"||!(e.step>0)||!e.series.every(n=>Array.isArray(n.v)))throw new St("damaged","The timeline is not what was expected.");return{
from:e.from,step:e.step,series:e.series}}var Tf=360,Mf=60,Af=5,Cf=2,Zs=2,Ef=10,oi=class{constructor(e,n){this.read=e;this.changed=n}read;changed;value=null;failure=null;loading=!1;address="";control=null;async want(e,n=!1){
if(e===this.address&&!n)return;this.address=e,this.control?.abort();let i=this.control=new AbortController;this.loading=!0,this.changed();try{let r=this.read(await Bs(
e,i.signal));if(i.signal.aborted)return;this.value=r,this.failure=null}catch(r){if(i.signal.aborted)return;this.failure=r instanceof St?r:new St("damaged",r instanceof
Wt?"It does not hold together: "+r.message+".":String(r))}this.loading=!1,this.changed()}drop(){this.control?.abort(),this.value=null,this.failure=null,this.loading=
!1,this.address=""}},dr=class{targets;spark;timeline;profile;state=null;timer=0;retry=0;constructor(e){let n=()=>{e(),this.retryLater()};this.targets=new oi($s,
n),this.spark=new oi(Ho,n),this.timeline=new oi(Ho,n),this.profile=new oi(Ns,n)}window(e){let n=this.targets.value;if(!n||n.watermark<=0)return null;let{step:i}=n,
r=Math.ceil((e.end??n.watermark)/i)*i;return[r-Math.max(i,Math.ceil(e.span/i)*i),r]}interval(e){return e.from!==null&&e.until!==null?[e.from,e.until]:this.window(
e)}async show(e){this.state=e,this.follow(e.live),!this.targets.value&&!this.targets.loading&&await this.targets.want("api/v1/targets"),this.demand()}async reload(){
if(await this.targets.want("api/v1/targets",!0),!this.targets.failure){for(let e of[this.spark,this.timeline,this.profile])e.failure&&(e.address="");this.demand()}}demand(){
let e=this.state,n=this.targets.value;if(!e||!n||n.targets.length===0||n.watermark<=0)return;let i=this.window(e),r=i[1]-i[0];this.spark.want(Gs(i,zo(r,n.step,Mf))),
this.timeline.want(Ks(e,i,zo(r,n.step,Tf))),this.profile.want(pr(e,this.interval(e),"json"))}follow(e){if(clearInterval(this.timer),this.timer=0,!e)return;let n=this.
targets.value?.step??Zs,i=Math.min(Math.max(n/2,Zs),Ef);this.timer=window.setInterval(()=>{!document.hidden&&!this.targets.loading&&this.reload()},i*1e3)}retryLater(){
let e=[this.targets,this.spark,this.timeline,this.profile].map(i=>i.failure?.retry??0).filter(i=>i>0),n=this.targets.value;n&&n.targets.length===0?e.push(Af):n&&
n.watermark<=0&&e.push(Cf),!(e.length===0||this.retry!==0)&&(this.retry=window.setTimeout(()=>{this.retry=0,this.reload()},Math.min(...e)*1e3))}};function li({title:t,children:e,kind:n=""}){return h("div",{class:"notice "+n,role:n==="trouble"?"alert":"status",children:[h("h2",{children:t}),e]})}function Io({
what:t}){return h("div",{class:"notice loading",role:"status",children:h("p",{children:t})})}function Js({onRetry:t}){return h(li,{title:"Nothing is being looke\
d at yet",children:[h("p",{children:"The daemon runs, but no process matches its rules. Name processes when it starts:"}),h("pre",{children:["scrape serve -p PI\
D",`
`,"scrape serve -P 'gunicorn|celery'"]}),h("p",{children:["or write a rule into ",h("code",{children:"/etc/scrape/scrape.conf"})," (see ",h("code",{children:"ma\
n scrape.conf"}),"), such as"]}),h("pre",{children:["[rule shop]",`
`,"unit = shop@*.service"]}),h("p",{children:"and tell the daemon to read it:"}),h("pre",{children:"systemctl reload scrape"}),h("p",{children:"What could be lo\
oked at on this machine, and what not and why, says"}),h("pre",{children:"scrape ps"}),h("p",{children:h("button",{onClick:t,children:"Look again"})})]})}function Qs(t){
let e=Ne(Se(t)).trim();return/[.!?\u2026]$/.test(e)||e===""?e:e+"."}function Xs({step:t}){return h(li,{title:"Nothing has been added up yet",children:h("p",{children:[
"The daemon has just begun. There is something to see as soon as the first ",t," seconds are over; this page asks again by itself."]})})}var ea={offline:"The da\
emon does not answer",token:"This daemon asks for its token",busy:"The daemon is busy",refused:"The daemon refused this question",damaged:"The answer makes no s\
ense"};function ta(){location.reload()}function Oo({failure:t,onRetry:e,onReset:n}){let i=Qs(t.message);return h(li,{title:ea[t.trouble],kind:"trouble",children:[
t.trouble==="offline"&&h(Xe,{children:[h("p",{children:"It is asked again every few seconds. On its machine, see whether it runs:"}),h("pre",{children:["systemc\
tl status scrape",`
`,"journalctl -u scrape -n 20"]})]}),t.trouble==="token"&&h(Xe,{children:[h("p",{children:["Enter it as the password; any user name will do. It is in the file t\
hat ",h("code",{children:"token-file"})," names in ",h("code",{children:"/etc/scrape/scrape.conf"}),"."]}),h("p",{children:h("button",{class:"main",onClick:ta,children:"\
Enter the token"})})]}),t.trouble==="busy"&&h("p",{children:[i," It is asked again in ",t.retry," s. A shorter interval takes less time."]}),t.trouble==="refuse\
d"&&h("p",{class:"said",children:i}),t.trouble==="damaged"&&h("p",{children:[i," Perhaps something between the daemon and this page changed it, or the daemon wa\
s upgraded: reload the page."]}),t.trouble!=="token"&&h("p",{children:[h("button",{onClick:e,children:"Ask again"}),t.trouble==="refused"&&n&&h("button",{onClick:n,
children:"Show everything"})]})]})}function na({failure:t,onRetry:e}){return h("div",{class:"strip",role:"alert",children:[h("b",{children:[ea[t.trouble],"."]}),
h("span",{children:[Qs(t.message)," What is shown is older."]}),h("button",{class:"small",onClick:t.trouble==="token"?ta:e,children:t.trouble==="token"?"Enter t\
he token":"Ask again"})]})}var Pf={cpu:"No CPU time was used",wall:"No thread was seen",gil:"Nobody was seen with the interpreter lock"};function ia({state:t,set:e}){
return h(li,{title:Pf[t.mode]+" in this interval",children:[t.mode!=="wall"&&h("p",{children:"The threads may have been waiting all the time: the wall clock mod\
e shows where."}),h("p",{children:[t.mode!=="wall"&&h("button",{class:"main",onClick:()=>e({mode:"wall"}),children:"Show wall clock time"}),t.from!==null&&h("bu\
tton",{onClick:()=>e({from:null,until:null}),children:"Whole timeline"}),(t.services.length>0||t.pids.length>0)&&h("button",{onClick:()=>e({services:[],pids:[]}),
children:"All services"})]})]})}var ra=new WeakMap;function Pi(t){let e=ra.get(t);return e||ra.set(t,e=Lf(t)),e}function Lf(t){let e=t.names.text.length,n=new Float64Array(e),i=new Float64Array(
e),r=new Int32Array(e),o=new Int32Array(e);for(let u=1;u<t.n;u++){let c=t.name[u];n[c]+=t.self[u],r[c]++,u>=o[c]&&(i[c]+=t.total[u],o[c]=t.end[u])}let l=[];for(let u=0;u<
e;u++)r[u]>0&&l.push(u);return{list:Int32Array.from(l),self:n,total:i,boxes:r}}var hr=class{constructor(e,n){this.from=e;this.add(-1,n)}from;child=new Map;first=[];sibling=[];name=[];self=[];total=[];add(e,n){
let i=this.name.length;return this.name.push(n),this.self.push(0),this.total.push(0),this.first.push(-1),this.sibling.push(-1),e>=0&&(this.sibling[i]=this.first[e],
this.first[e]=i),i}below(e,n){let i=e*this.from.names.text.length+n,r=this.child.get(i);return r===void 0&&this.child.set(i,r=this.add(e,n)),r}count(e,n,i){this.
total[e]+=n,this.self[e]+=i}children(e){let n=[];for(let i=this.first[e];i>=0;i=this.sibling[i])n.push(i);return n.sort((i,r)=>this.total[i]-this.total[r]||r-i)}finish(){
let e=this.name.length,n=new Int32Array(e),i=new Int32Array(e),r=new Float64Array(e),o=new Float64Array(e),l=[0],u=[0];for(let c=0;l.length>0;c++){let p=l.pop(),
m=u.pop();n[c]=this.name[p],i[c]=m,r[c]=this.self[p],o[c]=this.total[p];for(let g of this.children(p))l.push(g),u.push(m+1)}return Po(this.from.names,n,i,r,o,this.
from.meta)}};function oa(t,e){let n=[];for(let i=0;i<t.n;)t.name[i]===e?(n.push(i),i=t.end[i]):i++;return n}function la(t,e){let n=new hr(t,e),i=[];for(let r of oa(
t,e)){let o=t.depth[r];for(let l=r;l<t.end[r];l++){let u=t.depth[l]-o;i[u]=u===0?0:n.below(i[u-1],t.name[l]),n.count(i[u],t.total[l],t.self[l])}}return n.finish()}
function sa(t,e){let n=new hr(t,e);for(let i of oa(t,e)){let r=t.total[i],o=0;n.count(0,r,0);for(let l=t.parent[i];l>0;l=t.parent[l])o=n.below(o,t.name[l]),n.count(
o,r,0);n.count(o,0,r)}return n.finish()}function Li(t){let e=/^\/(.*?)(?:\/([a-z]*))?$/s.exec(t);if(t===""||t==="/"||t==="//")return{test:null,wrong:!1};if(!e){let n=t.toLowerCase();return{test:i=>i.toLowerCase().
includes(n),wrong:!1}}try{let n=new RegExp(e[1],(e[2]||"i").replace(/[gy]/g,""));return{test:i=>n.test(i),wrong:!1}}catch{return{test:null,wrong:!0}}}function Uo(t,e){
return Uint8Array.from(t.text,(n,i)=>e(n)||t.file[i]!==""&&e(t.file[i])?1:0)}function mr(t,e){let{test:n}=Li(e);if(!n)return null;let i=Uo(t.names,n),r=0,o=0;for(let l=0,
u=0;l<t.n;l++)i[t.name[l]]&&(o++,l>=u&&(r+=t.total[l],u=t.end[l]));return{hits:i,boxes:o,sum:r}}var ln=24,aa=8;function Ff(t,e,n){let{list:i,self:r,total:o}=Pi(t),{text:l}=t.names,{test:u}=Li(n),c=u?Uo(t.names,u):null,p=c?i.filter(b=>c[b]===1):i.slice(),m=(b,y)=>l[b]<
l[y]?-1:l[b]>l[y]?1:0;if(e==="name")return p.sort(m);let[g,w]=e==="self"?[r,o]:[o,r];return p.sort((b,y)=>g[y]-g[b]||w[y]-w[b]||m(b,y))}function Df(t,e){let n=kn(
t,e);return n===null?ft(e):Qn(n)}function ua({tree:t,samples:e,bar:n}){let i=t.total[0]>0?e/t.total[0]:0;return h("span",{class:"cell",title:ft(e)+" "+t.meta.unit,
children:[h("i",{class:n,style:{width:Math.max(i>0?.5:0,100*i)+"%"}}),h("span",{class:"time",children:Df(t,e)}),h("span",{class:"share",children:pt(e,t.total[0])})]})}
function Nf({sort:t,onSort:e,n}){let i=(r,o,l)=>h("button",{class:"head head-"+r+(t===r?" sorted":""),title:l,onClick:()=>e(r),"aria-sort":t===r?r==="name"?"asc\
ending":"descending":"none",children:o});return h("div",{class:"table-head",role:"row",children:[i("self","Self","Spent in the function itself"),i("total","Tota\
l","Spent in the function and in what it called"),i("name","Function","By name"),h("span",{class:"quiet",children:ft(n)})]})}function gr(t){let{tree:e,small:n}=t,
i=Ce(null),[r,o]=et({top:0,height:600}),[l,u]=et(-1),c=Ke(()=>Ff(e,t.sort,t.query),[e,t.sort,t.query]),p=Pi(e),{names:m}=e;ot(()=>{let y=i.current,S=()=>o({top:y.
scrollTop,height:y.clientHeight}),x=new ResizeObserver(S);return x.observe(y),y.addEventListener("scroll",S),!n&&document.activeElement===document.body&&y.focus(
{preventScroll:!0}),()=>x.disconnect()},[]),ot(()=>u(-1),[c]);let g=y=>{let S={ArrowDown:1,ArrowUp:-1,PageDown:20,PageUp:-20}[y.key];if(y.key==="Enter"&&l>=0&&t.
onPick(c[l]),S===void 0)return;let x=Math.max(0,Math.min(c.length-1,l+S)),M=i.current;u(x),x*ln<M.scrollTop?M.scrollTop=x*ln:(x+1)*ln>M.scrollTop+M.clientHeight&&
(M.scrollTop=(x+1)*ln-M.clientHeight),y.preventDefault(),y.stopPropagation()},w=Math.max(0,Math.floor(r.top/ln)-aa),b=Math.min(c.length,Math.ceil((r.top+r.height)/
ln)+aa);return h("div",{class:"table"+(n?" small":""),role:"table","aria-label":"Functions",children:[h(Nf,{sort:t.sort,onSort:t.onSort,n:c.length}),h("div",{class:"\
table-body",ref:i,tabIndex:0,onKeyDown:g,children:h("div",{class:"table-all",style:{height:c.length*ln+"px"},children:Array.from({length:Math.max(0,b-w)},(y,S)=>{
let x=w+S,M=c[x];return h("div",{class:"row"+(M===t.chosen?" chosen":"")+(x===l?" cursor":""),role:"row",style:{top:x*ln+"px"},onClick:()=>t.onPick(M),title:Ne(
m.text[M])+(m.file[M]?`
`+Ne(m.file[M]):"")+`
Click for its callers and callees`,children:[h(ua,{tree:e,samples:p.self[M],bar:"bar-self"}),h(ua,{tree:e,samples:p.total[M],bar:"bar-total"}),h("span",{class:"\
what",children:[h("i",{class:"swatch",style:{background:t.paint.box[t.colours[M]]}}),h("bdi",{class:"fn",children:Ne(m.fn[M]||m.text[M])}),h("bdi",{class:"quiet\
 where",children:Ne(Rf(e,M))})]})]},M)})})}),c.length===0&&h("p",{class:"quiet none",children:"No function here has this in its name or file."})]})}function Rf(t,e){
let{names:n}=t,i=n.file[e];return i===""?"":i.split("/").slice(-2).join("/")+(n.line[e]?":"+n.line[e]:"")}function ca(t){let{tree:e,all:n}=t,[i,r]=et({tree:e,node:0}),o=Ke(()=>mr(e,n.query)?.hits??null,[e,n.query]);return h("div",{class:"half",children:[h("h3",{children:t.
title}),e.n===1?h("p",{class:"quiet none",children:t.up?"Nothing calls it: it begins its stacks.":"It calls nothing that was seen."}):h(fr,{tree:e,colours:n.colours,
paint:n.paint,hits:o,up:t.up,label:t.title,node:i.tree===e?i.node:0,onZoom:l=>r({tree:e,node:l}),keys:t.keys,onPick:l=>n.onFn(e.names.text[e.name[l]])})]})}function fa(t){
let{tree:e,fn:n}=t,i=Pi(e),r=Ke(()=>n===""?-1:e.names.text.indexOf(n),[e,n]),o=r>=0&&i.boxes[r]>0,l=Ke(()=>o?[sa(e,r),la(e,r)]:null,[e,r,o]);return h("div",{class:"\
sandwich",children:[h(gr,{...t,small:!0,chosen:r,onPick:u=>t.onFn(e.names.text[u])}),h("div",{class:"slices",children:l?h(Xe,{children:[h("div",{class:"sandwich\
-head",children:[h("bdi",{class:"fn",children:Ne(e.names.text[r])}),h("span",{class:"quiet",children:"self "+Ei(e,i.self[r])+", "+pt(i.self[r],e.total[0])+"   t\
otal "+Ei(e,i.total[r])+", "+pt(i.total[r],e.total[0])})]}),h(ca,{title:"Callers",tree:l[0],up:!0,all:t}),h(ca,{title:"Callees",tree:l[1],up:!1,all:t,keys:t.keys})]}):
h("div",{class:"notice",children:[h("h2",{children:n===""?"Choose a function":"Not in this interval"}),h("p",{children:n===""?"Click one in the list, or double-\
click a box of the flame graph: all its calls are put together, with who calls it above and what it calls below.":Ne(n)+" was not met here. Choose another funct\
ion, or a longer interval."})]})})]})}var Vo=72,Tn=20;function qo(t,e){let n=new Map;for(let i of t.targets){let r=i.service,o=n.get(r);o||n.set(r,o={name:r,targets:[],cpu:0,living:0,line:[],weight:0}),
o.targets.push(i),o.cpu+=i.gone?0:i.cpu,o.living+=i.gone?0:1}for(let i of e?.series??[]){let r=n.get(String(i.labels.service??""));r&&(r.line=i.v,r.weight=i.v.reduce(
(o,l)=>o+(l??0),0))}for(let i of n.values())i.targets.sort((r,o)=>Number(r.gone)-Number(o.gone)||r.pid-o.pid);return[...n.values()].sort((i,r)=>r.weight-i.weight||
r.cpu-i.cpu||(i.name<r.name?-1:1))}function Wo(t,e,n){return n?t.includes(e)?t.filter(i=>i!==e):[...t,e]:t.length===1&&t[0]===e?[]:[e]}function zf({line:t,colour:e}){
return Ke(()=>Hf(t,e),[t,e])}function Hf(t,e){let n=Math.max(1e-9,...t.map(c=>c??0)),i=Vo/Math.max(1,t.length-1),r="",o="",l=-1,u=c=>(Tn-1.5-c/n*(Tn-3)).toFixed(
1);return t.forEach((c,p)=>{let m=(p*i).toFixed(1);if(c===null){o+=l>=0?"V"+Tn+"H"+(l*i).toFixed(1)+"z":"",l=-1;return}r+=(l<0?"M":"L")+m+" "+u(c),o+=l<0?"M"+m+
" "+Tn+"V"+u(c):"L"+m+" "+u(c),l=l<0?p:l}),l>=0&&(o+="V"+Tn+"H"+(l*i).toFixed(1)+"z"),h("svg",{class:"spark",width:Vo,height:Tn,viewBox:"0 0 "+Vo+" "+Tn,"aria-h\
idden":"true",children:[h("path",{d:o,fill:e,"fill-opacity":"0.16"}),h("path",{d:r,fill:"none",stroke:e,"stroke-width":"1.25","stroke-linejoin":"round"})]})}function If(t){
let e=Se(t.command).replace(/^\S*\//,""),n=e.replace(/^python[0-9.]*t?d? +(?=[^ -])/,"");return(n===e?e:n.replace(/^\S*\//,""))||Se(t.runtime)}function Of({target:t,
chosen:e,onClick:n}){let i=Object.entries(t.labels).map(([o,l])=>Se(o+"="+l)),r=[Se(t.command),Se(t.runtime),rn(t.threads,"thread"),...i,t.gone?"gone, last seen\
 "+ht(t.last):"since "+ht(t.first)].filter(o=>o!=="");return h("button",{class:"process"+(e?" chosen":"")+(t.gone?" gone":""),"aria-pressed":e,title:r.join(`
`),onClick:n,children:[h("span",{class:"pid",children:t.pid}),h("bdi",{class:"command",children:If(t)}),h("span",{class:"cores",children:t.gone?"gone":dt(t.cpu)})]})}
function Uf({service:t,props:e,open:n,onOpen:i}){let{services:r,pids:o,colours:l}=e,{name:u}=t,c=r.includes(u),p=Se(u)||"(no name)",m=g=>g.ctrlKey||g.metaKey||g.
shiftKey;return h("li",{class:"service"+(c?" chosen":""),children:[h("div",{class:"service-row",children:[h("input",{type:"checkbox",checked:c,"aria-label":"Add\
 "+p,title:"Choose several",onClick:()=>e.onServices(Wo(r,u,!0))}),h("button",{class:"service-name","aria-pressed":c,title:p+`
Ctrl-click chooses several`,onClick:g=>e.onServices(Wo(r,u,m(g))),children:h("bdi",{children:p})}),h(zf,{line:t.line,colour:l.get(u)??"#8e8e99"}),h("span",{class:"\
cores",title:"cores, in the newest slice",children:dt(t.cpu)}),h("button",{class:"twist"+(n?" open":""),"aria-expanded":n,onClick:i,title:rn(t.living,"process",
"processes")+" alive, "+(t.targets.length-t.living)+" gone","aria-label":"Processes of "+p,children:t.targets.length})]}),n&&t.targets.map(g=>h(Of,{target:g,chosen:o.
includes(g.pid),onClick:w=>e.onPids(Wo(o,g.pid,m(w)))},g.id))]})}function pa(t){let[e,n]=et(""),[i,r]=et({}),o=qo(t.targets,t.spark),l=e.toLowerCase(),u=o.filter(
m=>l===""||m.name.toLowerCase().includes(l)||m.targets.some(g=>String(g.pid).includes(l)||g.command.toLowerCase().includes(l))),c=m=>i[m.name]??(t.pids.length>0&&
m.targets.some(g=>t.pids.includes(g.pid))),p=t.services.length+t.pids.length>0;return h("nav",{class:"services","aria-label":"Services",children:[h("div",{class:"\
services-head",children:h("input",{type:"search",placeholder:"Filter services",value:e,spellcheck:!1,"aria-label":"Filter services",onInput:m=>n(m.currentTarget.
value)})}),h("button",{class:"everything"+(p?"":" chosen"),"aria-pressed":!p,onClick:()=>t.onServices([]),children:[h("span",{children:"All services"}),h("span",
{class:"quiet",children:[rn(o.length,"service")," ","·"," ",rn(t.targets.targets.length,"process","processes")]})]}),h("ul",{children:u.map(m=>h(Uf,{service:m,
props:t,open:c(m),onOpen:()=>r({...i,[m.name]:!c(m)})},m.name))}),u.length===0&&h("p",{class:"quiet none",children:"No service, command or pid has this in it."})]})}var br={services:[],pids:[],span:3600,end:null,from:null,until:null,live:!1,mode:"cpu",merge:"function",threads:!1,view:"flame",colour:"module",up:!1,sort:"self",
q:"",fn:"",zoom:""},Vf={mode:["cpu","wall","gil"],merge:["function","line","module"],view:["flame","table","sandwich"],colour:["module","language","hash"],sort:[
"self","total","name"]},Wf=10,qf=366*86400;function Fi(t,e,n){let i=t!==null&&/^[0-9]{1,12}$/.test(t)?Number(t):NaN;return i>=e&&i<=n?i:null}function da(t){let e=new URLSearchParams(
t.replace(/^#/,"")),n={...br},i=r=>Vf[r].includes(e.get(r)??"")?e.get(r):br[r];return n.services=[...new Set(e.getAll("service"))],n.pids=[...new Set(e.getAll("\
pid"))].map(r=>Fi(r,1,2**31)).filter(r=>r!==null),n.span=Fi(e.get("span"),Wf,qf)??br.span,n.end=Fi(e.get("end"),1,1e11),n.from=Fi(e.get("from"),0,1e11),n.until=
Fi(e.get("until"),1,1e11),(n.from===null||n.until===null||n.from>=n.until)&&(n.from=n.until=null),n.live=e.has("live"),n.mode=i("mode"),n.merge=i("merge"),n.threads=
e.has("threads"),n.view=i("view"),n.colour=i("colour"),n.up=e.has("up"),n.sort=i("sort"),n.q=e.get("q")??"",n.fn=e.get("fn")??"",n.zoom=/^[0-9a-f]{8}$/.test(e.get(
"zoom")??"")?e.get("zoom"):"",n}function ha(t){let e=new URLSearchParams,n=(r,o)=>{o!==null&&o!==br[r]&&o!==""&&e.append(r,String(o))};for(let r of t.services)e.
append("service",r);for(let r of t.pids)e.append("pid",String(r));for(let r of["span","end","from","until","mode","merge","view","colour","sort","q","fn","zoom"])
n(r,t[r]);for(let r of["live","threads","up"])t[r]&&e.append(r,"1");let i=e.toString();return i===""?"":"#"+i}var vr=class{state=da(location.hash);listeners=[];constructor(){
let e=()=>{this.state=da(location.hash),this.tell()};window.addEventListener("popstate",e),window.addEventListener("hashchange",e)}listen(e){this.listeners.push(
e)}tell(){for(let e of this.listeners)e()}set(e,n="push"){let i={...this.state,...e},r=ha(this.state),o=ha(i);if(this.state=i,r!==o){let l=location.pathname+location.
search+o;n==="push"?history.pushState(null,"",l):history.replaceState(null,"",l)}this.tell()}};var Bo="scrape.theme",wr=window.matchMedia("(prefers-color-scheme: dark)");function ma(){try{return localStorage.getItem(Bo)}catch{return null}}function _r(){let t=ma()??
document.documentElement.dataset.theme;return t==="dark"||t!=="light"&&wr.matches}function jo(t){document.documentElement.dataset.theme=t?"dark":"light"}function ga(t){
jo(_r()),wr.addEventListener("change",()=>{ma()===null&&(jo(wr.matches),t())})}function ba(){let t=!_r();try{t===wr.matches?localStorage.removeItem(Bo):localStorage.
setItem(Bo,t?"dark":"light")}catch{}jo(t)}var Bf="uplot",jf="u-hz",Kf="u-vt",Gf="u-title",Yf="u-wrap",$f="u-under",Zf="u-over",Jf="u-axis",Cn="u-off",Qf="u-select",Xf="u-cursor-x",ep="u-cursor-y",tp="u-\
cursor-pt",np="u-legend",ip="u-live",rp="u-inline",op="u-series",lp="u-marker",va="u-label",sp="u-value",Ni="width",Ri="height";var wa="bottom",si="left",Ko="right",ul="#000",_a=ul+"0",Go="mousemove",xa="mousedown",Yo="mouseup",ya="mouseenter",ka="mouseleave",Sa="dblclick",ap="resize",up="\
scroll",Ta="change",Tr="dppxchange",cl="--",hi=typeof window<"u",Xo=hi?document:null,ui=hi?window:null,cp=hi?navigator:null,le,xr;function el(){let t=devicePixelRatio;
le!=t&&(le=t,xr&&nl(Ta,xr,el),xr=matchMedia(`(min-resolution: ${le-.001}dppx) and (max-resolution: ${le+.001}dppx)`),En(Ta,xr,el),ui.dispatchEvent(new CustomEvent(
Tr)))}function mt(t,e){if(e!=null){let n=t.classList;!n.contains(e)&&n.add(e)}}function tl(t,e){let n=t.classList;n.contains(e)&&n.remove(e)}function _e(t,e,n){
t.style[e]=n+"px"}function Ft(t,e,n,i){let r=Xo.createElement(t);return e!=null&&mt(r,e),n?.insertBefore(r,i),r}function Tt(t,e){return Ft("div",t,e)}var Ma=new WeakMap;
function qt(t,e,n,i,r){let o="translate("+e+"px,"+n+"px)",l=Ma.get(t);o!=l&&(t.style.transform=o,Ma.set(t,o),e<0||n<0||e>i||n>r?mt(t,Cn):tl(t,Cn))}var Aa=new WeakMap;
function Ca(t,e,n){let i=e+n,r=Aa.get(t);i!=r&&(Aa.set(t,i),t.style.background=e,t.style.borderColor=n)}var Ea=new WeakMap;function Pa(t,e,n,i){let r=e+""+n,o=Ea.
get(t);r!=o&&(Ea.set(t,r),t.style.height=n+"px",t.style.width=e+"px",t.style.marginLeft=i?-e/2+"px":0,t.style.marginTop=i?-n/2+"px":0)}var fl={passive:!0},fp={...fl,
capture:!0};function En(t,e,n,i){e.addEventListener(t,n,i?fp:fl)}function nl(t,e,n,i){e.removeEventListener(t,n,fl)}hi&&el();function Dt(t,e,n,i){let r;n=n||0,i=
i||e.length-1;let o=i<=2147483647;for(;i-n>1;)r=o?n+i>>1:gt((n+i)/2),e[r]<t?n=r:i=r;return t-e[n]<=e[i]-t?n:i}function ru(t){return(n,i,r)=>{let o=-1,l=-1;for(let u=i;u<=
r;u++)if(t(n[u])){o=u;break}for(let u=r;u>=i;u--)if(t(n[u])){l=u;break}return[o,l]}}var ou=t=>t!=null,lu=t=>t!=null&&t>0,Cr=ru(ou),pp=ru(lu);function dp(t,e,n,i=0,r=!1){
let o=r?pp:Cr,l=r?lu:ou;[e,n]=o(t,e,n);let u=t[e],c=t[e];if(e>-1)if(i==1)u=t[e],c=t[n];else if(i==-1)u=t[n],c=t[e];else for(let p=e;p<=n;p++){let m=t[p];l(m)&&(m<
u?u=m:m>c&&(c=m))}return[u??pe,c??-pe]}function Er(t,e,n,i){let r=Da(t),o=Da(e);t==e&&(r==-1?(t*=n,e/=n):(t/=n,e*=n));let l=n==10?Gt:su,u=r==1?gt:Mt,c=o==1?Mt:gt,
p=u(l(ze(t))),m=c(l(ze(e))),g=ci(n,p),w=ci(n,m);return n==10&&(p<0&&(g=de(g,-p)),m<0&&(w=de(w,-m))),i||n==2?(t=g*r,e=w*o):(t=fu(t,g),e=Pr(e,w)),[t,e]}function pl(t,e,n,i){
let r=Er(t,e,n,i);return t==0&&(r[0]=0),e==0&&(r[1]=0),r}var dl=.1,La={mode:3,pad:dl},Hi={pad:0,soft:null,mode:0},hp={min:Hi,max:Hi};function Mr(t,e,n,i){return Lr(
n)?Fa(t,e,n):(Hi.pad=n,Hi.soft=i?0:null,Hi.mode=i?3:0,Fa(t,e,hp))}function re(t,e){return t??e}function mp(t,e,n){for(e=re(e,0),n=re(n,t.length-1);e<=n;){if(t[e]!=
null)return!0;e++}return!1}function Fa(t,e,n){let i=n.min,r=n.max,o=re(i.pad,0),l=re(r.pad,0),u=re(i.hard,-pe),c=re(r.hard,pe),p=re(i.soft,pe),m=re(r.soft,-pe),
g=re(i.mode,0),w=re(r.mode,0),b=e-t,y=Gt(b),S=nt(ze(t),ze(e)),x=Gt(S),M=ze(x-y);(b<1e-24||M>10)&&(b=0,(t==0||e==0)&&(b=1e-24,g==2&&p!=pe&&(o=0),w==2&&m!=-pe&&(l=
0)));let k=b||S||1e3,E=Gt(k),A=ci(10,gt(E)),j=k*(b==0?t==0?.1:1:o),D=de(fu(t-j,A/10),24),K=t>=p&&(g==1||g==3&&D<=p||g==2&&D>=p)?p:pe,W=nt(u,D<K&&t>=K?K:Nt(K,D)),
Z=k*(b==0?e==0?.1:1:l),q=de(Pr(e+Z,A/10),24),L=e<=m&&(w==1||w==3&&q>=m||w==2&&q<=m)?m:-pe,B=Nt(c,q>L&&e<=L?L:nt(L,q));return W==B&&W==0&&(B=100),[W,B]}var gp=new Intl.
NumberFormat(hi?cp.language:"en-US"),hl=t=>gp.format(t),bt=Math,Sr=bt.PI,ze=bt.abs,gt=bt.floor,Re=bt.round,Mt=bt.ceil,Nt=bt.min,nt=bt.max,ci=bt.pow,Da=bt.sign,Gt=bt.
log10,su=bt.log2,bp=(t,e=1)=>bt.sinh(t)*e,$o=(t,e=1)=>bt.asinh(t/e),pe=1/0;function Na(t){return(Gt((t^t>>31)-(t>>31))|0)+1}function il(t,e,n){return Nt(nt(t,e),
n)}function au(t){return typeof t=="function"}function te(t){return au(t)?t:()=>t}var vp=()=>{},uu=t=>t,cu=(t,e)=>e,wp=t=>null,Ra=t=>!0,za=(t,e)=>t==e,_p=/\.\d*?(?=9{6,}|0{6,})/gm,
Pn=t=>{if(du(t)||an.has(t))return t;let e=`${t}`,n=e.match(_p);if(n==null)return t;let i=n[0].length-1;if(e.indexOf("e-")!=-1){let[r,o]=e.split("e");return+`${Pn(
r)}e${o}`}return de(t,i)};function Mn(t,e){return Pn(de(Pn(t/e))*e)}function Pr(t,e){return Pn(Mt(Pn(t/e))*e)}function fu(t,e){return Pn(gt(Pn(t/e))*e)}function de(t,e=0){
if(du(t))return t;let n=10**e,i=t*n*(1+Number.EPSILON);return Re(i)/n}var an=new Map;function pu(t){return((""+t).split(".")[1]||"").length}function Oi(t,e,n,i){
let r=[],o=i.map(pu);for(let l=e;l<n;l++){let u=ze(l),c=de(ci(t,l),u);for(let p=0;p<i.length;p++){let m=t==10?+`${i[p]}e${l}`:i[p]*c,g=(l>=0?0:u)+(l>=o[p]?0:o[p]),
w=t==10?m:de(m,g);r.push(w),an.set(w,g)}}return r}var Ii={},ml=[],fi=[null,null],sn=Array.isArray,du=Number.isInteger,xp=t=>t===void 0;function Ha(t){return typeof t==
"string"}function Lr(t){let e=!1;if(t!=null){let n=t.constructor;e=n==null||n==Object}return e}function yp(t){return t!=null&&typeof t=="object"}var kp=Object.getPrototypeOf(
Uint8Array),hu="__proto__";function pi(t,e=Lr){let n;if(sn(t)){let i=t.find(r=>r!=null);if(sn(i)||e(i)){n=Array(t.length);for(let r=0;r<t.length;r++)n[r]=pi(t[r],
e)}else n=t.slice()}else if(t instanceof kp)n=t.slice();else if(e(t)){n={};for(let i in t)i!=hu&&(n[i]=pi(t[i],e))}else n=t;return n}function Le(t){let e=arguments;
for(let n=1;n<e.length;n++){let i=e[n];for(let r in i)r!=hu&&(Lr(t[r])?Le(t[r],pi(i[r])):t[r]=pi(i[r]))}return t}var Sp=0,Tp=1,Mp=2;function Ap(t,e,n){for(let i=0,
r,o=-1;i<e.length;i++){let l=e[i];if(l>o){for(r=l-1;r>=0&&t[r]==null;)t[r--]=null;for(r=l+1;r<n&&t[r]==null;)t[o=r++]=null}}}function Cp(t,e){if(Lp(t)){let l=t[0].
slice();for(let u=1;u<t.length;u++)l.push(...t[u].slice(1));return Fp(l[0])||(l=Pp(l)),l}let n=new Set;for(let l=0;l<t.length;l++){let c=t[l][0],p=c.length;for(let m=0;m<
p;m++)n.add(c[m])}let i=[Array.from(n).sort((l,u)=>l-u)],r=i[0].length,o=new Map;for(let l=0;l<r;l++)o.set(i[0][l],l);for(let l=0;l<t.length;l++){let u=t[l],c=u[0];
for(let p=1;p<u.length;p++){let m=u[p],g=Array(r).fill(void 0),w=e?e[l][p]:Tp,b=[];for(let y=0;y<m.length;y++){let S=m[y],x=o.get(c[y]);S===null?w!=Sp&&(g[x]=S,
w==Mp&&b.push(x)):g[x]=S}Ap(g,b,r),i.push(g)}}return i}var Ep=typeof queueMicrotask>"u"?t=>Promise.resolve().then(t):queueMicrotask;function Pp(t){let e=t[0],n=e.
length,i=Array(n);for(let o=0;o<i.length;o++)i[o]=o;i.sort((o,l)=>e[o]-e[l]);let r=[];for(let o=0;o<t.length;o++){let l=t[o],u=Array(n);for(let c=0;c<n;c++)u[c]=
l[i[c]];r.push(u)}return r}function Lp(t){let e=t[0][0],n=e.length;for(let i=1;i<t.length;i++){let r=t[i][0];if(r.length!=n)return!1;if(r!=e){for(let o=0;o<n;o++)
if(r[o]!=e[o])return!1}}return!0}function Fp(t,e=100){let n=t.length;if(n<=1)return!0;let i=0,r=n-1;for(;i<=r&&t[i]==null;)i++;for(;r>=i&&t[r]==null;)r--;if(r<=
i)return!0;let o=nt(1,gt((r-i+1)/e));for(let l=t[i],u=i+o;u<=r;u+=o){let c=t[u];if(c!=null){if(c<=l)return!1;l=c}}return!0}var mu=["January","February","March",
"April","May","June","July","August","September","October","November","December"],gu=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function bu(t){
return t.slice(0,3)}var Dp=gu.map(bu),Np=mu.map(bu),Rp={MMMM:mu,MMM:Np,WWWW:gu,WWW:Dp};function Di(t){return(t<10?"0":"")+t}function zp(t){return(t<10?"00":t<100?
"0":"")+t}var Hp={YYYY:t=>t.getFullYear(),YY:t=>(t.getFullYear()+"").slice(2),MMMM:(t,e)=>e.MMMM[t.getMonth()],MMM:(t,e)=>e.MMM[t.getMonth()],MM:t=>Di(t.getMonth()+
1),M:t=>t.getMonth()+1,DD:t=>Di(t.getDate()),D:t=>t.getDate(),WWWW:(t,e)=>e.WWWW[t.getDay()],WWW:(t,e)=>e.WWW[t.getDay()],HH:t=>Di(t.getHours()),H:t=>t.getHours(),
h:t=>{let e=t.getHours();return e==0?12:e>12?e-12:e},AA:t=>t.getHours()>=12?"PM":"AM",aa:t=>t.getHours()>=12?"pm":"am",a:t=>t.getHours()>=12?"p":"a",mm:t=>Di(t.
getMinutes()),m:t=>t.getMinutes(),ss:t=>Di(t.getSeconds()),s:t=>t.getSeconds(),fff:t=>zp(t.getMilliseconds())};function gl(t,e){e=e||Rp;let n=[],i=/\{([a-z]+)\}|[^{]+/gi,
r;for(;r=i.exec(t);)n.push(r[0][0]=="{"?Hp[r[1]]:r[0]);return o=>{let l="";for(let u=0;u<n.length;u++)l+=typeof n[u]=="string"?n[u]:n[u](o,e);return l}}var Ip=new Intl.
DateTimeFormat().resolvedOptions().timeZone;function Op(t,e){let n;return e=="UTC"||e=="Etc/UTC"?n=new Date(+t+t.getTimezoneOffset()*6e4):e==Ip?n=t:(n=new Date(
t.toLocaleString("en-US",{timeZone:e})),n.setMilliseconds(t.getMilliseconds())),n}var vu=t=>t%1==0,Ar=[1,2,2.5,5],Up=Oi(10,-32,0,Ar),wu=Oi(10,0,32,Ar),Vp=wu.filter(
vu),An=Up.concat(wu),bl=`
`,_u="{YYYY}",Ia=bl+_u,xu="{M}/{D}",zi=bl+xu,yr=zi+"/{YY}",yu="{aa}",Wp="{h}:{mm}",ai=Wp+yu,Oa=bl+ai,Ua=":{ss}",ae=null;function ku(t){let e=t*1e3,n=e*60,i=n*60,
r=i*24,o=r*30,l=r*365,c=(t==1?Oi(10,0,3,Ar).filter(vu):Oi(10,-3,0,Ar)).concat([e,e*5,e*10,e*15,e*30,n,n*5,n*10,n*15,n*30,i,i*2,i*3,i*4,i*6,i*8,i*12,r,r*2,r*3,r*
4,r*5,r*6,r*7,r*8,r*9,r*10,r*15,o,o*2,o*3,o*4,o*6,l,l*2,l*5,l*10,l*25,l*50,l*100]),p=[[l,_u,ae,ae,ae,ae,ae,ae,1],[r*28,"{MMM}",Ia,ae,ae,ae,ae,ae,1],[r,xu,Ia,ae,
ae,ae,ae,ae,1],[i,"{h}"+yu,yr,ae,zi,ae,ae,ae,1],[n,ai,yr,ae,zi,ae,ae,ae,1],[e,Ua,yr+" "+ai,ae,zi+" "+ai,ae,Oa,ae,1],[t,Ua+".{fff}",yr+" "+ai,ae,zi+" "+ai,ae,Oa,
ae,1]];function m(g){return(w,b,y,S,x,M)=>{let k=[],E=x>=l,A=x>=o&&x<l,j=g(y),D=de(j*t,3),K=Zo(j.getFullYear(),E?0:j.getMonth(),A||E?1:j.getDate()),W=de(K*t,3);
if(A||E){let Z=A?x/o:0,q=E?x/l:0,L=D==W?D:de(Zo(K.getFullYear()+q,K.getMonth()+Z,1)*t,3),B=new Date(Re(L/t)),N=B.getFullYear(),Y=B.getMonth();for(let O=0;L<=S;O++){
let Q=Zo(N+q*O,Y+Z*O,1),F=Q-g(de(Q*t,3));L=de((+Q+F)*t,3),L<=S&&k.push(L)}}else{let Z=x>=r?r:x,q=gt(y)-gt(D),L=W+q+Pr(D-W,Z);k.push(L);let B=g(L),N=B.getHours()+
B.getMinutes()/n+B.getSeconds()/i,Y=x/i,O=w.axes[b]._space,Q=M/O;for(;L=de(L+x,t==1?0:3),!(L>S);)if(Y>1){let F=gt(de(N+Y,6))%24,ne=g(L).getHours()-F;ne>1&&(ne=-1),
L-=ne*i,N=(N+Y)%24;let ce=k[k.length-1];de((L-ce)/x,3)*Q>=.7&&k.push(L)}else k.push(L)}return k}}return[c,p,m]}var[qp,Bp,jp]=ku(1),[Kp,Gp,Yp]=ku(.001);Oi(2,-53,
53,[1]);function Va(t,e){return t.map(n=>n.map((i,r)=>r==0||r==8||i==null?i:e(r==1||n[8]==0?i:n[1]+i)))}function Wa(t,e){return(n,i,r,o,l)=>{let u=e.find(y=>l>=
y[0])||e[e.length-1],c,p,m,g,w,b;return i.map(y=>{let S=t(y),x=S.getFullYear(),M=S.getMonth(),k=S.getDate(),E=S.getHours(),A=S.getMinutes(),j=S.getSeconds(),D=x!=
c&&u[2]||M!=p&&u[3]||k!=m&&u[4]||E!=g&&u[5]||A!=w&&u[6]||j!=b&&u[7]||u[1];return c=x,p=M,m=k,g=E,w=A,b=j,D(S)})}}function $p(t,e){let n=gl(e);return(i,r,o,l,u)=>r.
map(c=>n(t(c)))}function Zo(t,e,n){return new Date(t,e,n)}function qa(t,e){return e(t)}var Zp="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function Ba(t,e){return(n,i,r,o)=>o==
null?cl:e(t(i))}function Jp(t,e){let n=t.series[e];return n.width?n.stroke(t,e):n.points.width?n.points.stroke(t,e):null}function Qp(t,e){return t.series[e].fill(
t,e)}var Xp={show:!0,live:!0,isolate:!1,mount:vp,markers:{show:!0,width:2,stroke:Jp,fill:Qp,dash:"solid"},idx:null,idxs:null,values:[]};function ed(t,e){let n=t.
cursor.points,i=Tt(),r=n.size(t,e);_e(i,Ni,r),_e(i,Ri,r);let o=r/-2;_e(i,"marginLeft",o),_e(i,"marginTop",o);let l=n.width(t,e,r);return l&&_e(i,"borderWidth",l),
i}function td(t,e){let n=t.series[e].points;return n._fill||n._stroke}function nd(t,e){let n=t.series[e].points;return n._stroke||n._fill}function id(t,e){return t.
series[e].points.size}var Jo=[0,0];function rd(t,e,n){return Jo[0]=e,Jo[1]=n,Jo}function kr(t,e,n,i=!0){return r=>{r.button==0&&(!i||r.target==e)&&n(r)}}function Qo(t,e,n,i=!0){
return r=>{(!i||r.target==e)&&n(r)}}var od={show:!0,x:!0,y:!0,lock:!1,move:rd,points:{one:!1,show:ed,size:id,width:0,stroke:nd,fill:td},bind:{mousedown:kr,mouseup:kr,
click:kr,dblclick:kr,mousemove:Qo,mouseleave:Qo,mouseenter:Qo},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(t,e)=>{e.stopPropagation(),e.stopImmediatePropagation()},
_x:!1,_y:!1},focus:{dist:(t,e,n,i,r)=>i-r,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Su={
show:!0,stroke:"rgba(0,0,0,0.07)",width:2},vl=Le({},Su,{filter:cu}),Tu=Le({},vl,{size:10}),Mu=Le({},Su,{show:!1}),wl='12px system-ui, -apple-system, "Segoe UI",\
 Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Au="bold "+wl,Cu=1.5,ja={
show:!0,scale:"x",stroke:ul,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Au,side:2,grid:vl,ticks:Tu,border:Mu,font:wl,lineGap:Cu,rotate:0},
ld="Value",sd="Time",Ka={show:!0,scale:"x",auto:!1,sorted:1,min:pe,max:-pe,idxs:[]};function ad(t,e,n,i,r){return e.map(o=>o==null?"":hl(o))}function ud(t,e,n,i,r,o,l){
let u=[],c=an.get(r)||0;n=l?n:de(Pr(n,r),c);for(let p=n;p<=i;p=de(p+r,c))u.push(Object.is(p,-0)?0:p);return u}function rl(t,e,n,i,r,o,l){let u=[],c=t.scales[t.axes[e].
scale].log,p=c==10?Gt:su,m=gt(p(n));r=ci(c,m),c==10&&(r=An[Dt(r,An)]);let g=n,w=r*c;c==10&&(w=An[Dt(w,An)]);do u.push(g),g=g+r,c==10&&!an.has(g)&&(g=de(g,an.get(
r))),g>=w&&(r=g,w=r*c,c==10&&(w=An[Dt(w,An)]));while(g<=i);return u}function cd(t,e,n,i,r,o,l){let c=t.scales[t.axes[e].scale].asinh,p=i>c?rl(t,e,nt(c,n),i,r):[
c],m=i>=0&&n<=0?[0]:[];return(n<-c?rl(t,e,nt(c,-i),-n,r):[c]).reverse().map(w=>-w).concat(m,p)}var Eu=/./,fd=/[12357]/,pd=/[125]/,Ga=/1/,ol=(t,e,n,i)=>t.map((r,o)=>e==
4&&r==0||o%i==0&&n.test(r.toExponential()[r<0?1:0])?r:null);function dd(t,e,n,i,r){let o=t.axes[n],l=o.scale,u=t.scales[l],c=t.valToPos,p=o._space,m=c(10,l),g=c(
9,l)-m>=p?Eu:c(7,l)-m>=p?fd:c(5,l)-m>=p?pd:Ga;if(g==Ga){let w=ze(c(1,l)-m);if(w<p)return ol(e.slice().reverse(),u.distr,g,Mt(p/w)).reverse()}return ol(e,u.distr,
g,1)}function hd(t,e,n,i,r){let o=t.axes[n],l=o.scale,u=o._space,c=t.valToPos,p=ze(c(1,l)-c(2,l));return p<u?ol(e.slice().reverse(),3,Eu,Mt(u/p)).reverse():e}function md(t,e,n,i){
return i==null?cl:e==null?"":hl(e)}var Ya={show:!0,scale:"y",stroke:ul,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Au,side:3,grid:vl,ticks:Tu,
border:Mu,font:wl,lineGap:Cu,rotate:0};function gd(t,e){let n=3+(t||1)*2;return de(n*e,3)}function bd(t,e){let{scale:n,idxs:i}=t.series[0],r=t._data[0],o=t.valToPos(
r[i[0]],n,!0),l=t.valToPos(r[i[1]],n,!0),u=ze(l-o),c=t.series[e],p=u/(c.points.space*le);return i[1]-i[0]<=p}var $a={scale:null,auto:!0,sorted:0,min:pe,max:-pe},
Pu=(t,e,n,i,r)=>r,Za={show:!0,auto:!0,sorted:0,gaps:Pu,alpha:1,facets:[Le({},$a,{scale:"x"}),Le({},$a,{scale:"y"})]},Ja={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:Pu,alpha:1,points:{show:bd,filter:null},values:null,min:pe,max:-pe,idxs:[],path:null,clip:null};function vd(t,e,n,i,r){return n/10}var Lu={time:!0,auto:!0,
distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},wd=Le({},Lu,{time:!1,ori:1}),Qa={};function Fu(t,e){let n=Qa[t];return n||(n={key:t,plots:[],sub(i){n.plots.
push(i)},unsub(i){n.plots=n.plots.filter(r=>r!=i)},pub(i,r,o,l,u,c,p){for(let m=0;m<n.plots.length;m++)n.plots[m]!=r&&n.plots[m].pub(i,r,o,l,u,c,p)}},t!=null&&(Qa[t]=
n)),n}var di=1,ll=2;function Ln(t,e,n){let i=t.mode,r=t.series[e],o=i==2?t._data[e]:t._data,l=t.scales,u=t.bbox,c=o[0],p=i==2?o[1]:o[e],m=i==2?l[r.facets[0].scale]:
l[t.series[0].scale],g=i==2?l[r.facets[1].scale]:l[r.scale],w=u.left,b=u.top,y=u.width,S=u.height,x=t.valToPosH,M=t.valToPosV;return m.ori==0?n(r,c,p,m,g,x,M,w,
b,y,S,Dr,mi,Rr,Nu,zu):n(r,c,p,m,g,M,x,b,w,S,y,Nr,gi,yl,Ru,Hu)}function _l(t,e){let n=0,i=0,r=re(t.bands,ml);for(let o=0;o<r.length;o++){let l=r[o];l.series[0]==
e?n=l.dir:l.series[1]==e&&(l.dir==1?i|=1:i|=2)}return[n,i==1?-1:i==2?1:i==3?2:0]}function _d(t,e,n,i,r){let o=t.mode,l=t.series[e],u=o==2?l.facets[1].scale:l.scale,
c=t.scales[u];return r==-1?c.min:r==1?c.max:c.distr==3?c.dir==1?c.min:c.max:0}function Yt(t,e,n,i,r,o){return Ln(t,e,(l,u,c,p,m,g,w,b,y,S,x)=>{let M=l.pxRound,k=p.
dir*(p.ori==0?1:-1),E=p.ori==0?mi:gi,A,j;k==1?(A=n,j=i):(A=i,j=n);let D=M(g(u[A],p,S,b)),K=M(w(c[A],m,x,y)),W=M(g(u[j],p,S,b)),Z=M(w(o==1?m.max:m.min,m,x,y)),q=new Path2D(
r);return E(q,W,Z),E(q,D,Z),E(q,D,K),q})}function Fr(t,e,n,i,r,o){let l=null;if(t.length>0){l=new Path2D;let u=e==0?Rr:yl,c=n;for(let g=0;g<t.length;g++){let w=t[g];
if(w[1]>w[0]){let b=w[0]-c;b>0&&u(l,c,i,b,i+o),c=w[1]}}let p=n+r-c,m=10;p>0&&u(l,c,i-m/2,p,i+o+m)}return l}function xd(t,e,n){let i=t[t.length-1];i&&i[0]==e?i[1]=
n:t.push([e,n])}function xl(t,e,n,i,r,o,l){let u=[],c=t.length;for(let p=r==1?n:i;p>=n&&p<=i;p+=r)if(e[p]===null){let g=p,w=p;if(r==1)for(;++p<=i&&e[p]===null;)
w=p;else for(;--p>=n&&e[p]===null;)w=p;let b=o(t[g]),y=w==g?b:o(t[w]),S=g-r;b=l<=0&&S>=0&&S<c?o(t[S]):b;let M=w+r;y=l>=0&&M>=0&&M<c?o(t[M]):y,y>=b&&u.push([b,y])}
return u}function Xa(t){return t==0?uu:t==1?Re:e=>Mn(e,t)}function Du(t){let e=t==0?Dr:Nr,n=t==0?(r,o,l,u,c,p)=>{r.arcTo(o,l,u,c,p)}:(r,o,l,u,c,p)=>{r.arcTo(l,o,
c,u,p)},i=t==0?(r,o,l,u,c)=>{r.rect(o,l,u,c)}:(r,o,l,u,c)=>{r.rect(l,o,c,u)};return(r,o,l,u,c,p=0,m=0)=>{p==0&&m==0?i(r,o,l,u,c):(p=Nt(p,u/2,c/2),m=Nt(m,u/2,c/2),
e(r,o+p,l),n(r,o+u,l,o+u,l+c,p),n(r,o+u,l+c,o,l+c,m),n(r,o,l+c,o,l,m),n(r,o,l,o+u,l,p),r.closePath())}}var Dr=(t,e,n)=>{t.moveTo(e,n)},Nr=(t,e,n)=>{t.moveTo(n,e)},
mi=(t,e,n)=>{t.lineTo(e,n)},gi=(t,e,n)=>{t.lineTo(n,e)},Rr=Du(0),yl=Du(1),Nu=(t,e,n,i,r,o)=>{t.arc(e,n,i,r,o)},Ru=(t,e,n,i,r,o)=>{t.arc(n,e,i,r,o)},zu=(t,e,n,i,r,o,l)=>{
t.bezierCurveTo(e,n,i,r,o,l)},Hu=(t,e,n,i,r,o,l)=>{t.bezierCurveTo(n,e,r,i,l,o)};function Iu(t){return(e,n,i,r,o)=>Ln(e,n,(l,u,c,p,m,g,w,b,y,S,x)=>{let{pxRound:M,
points:k}=l,E,A;p.ori==0?(E=Dr,A=Nu):(E=Nr,A=Ru);let j=de(k.width*le,3),D=(k.size-k.width)/2*le,K=de(D*2,3),W=new Path2D,Z=new Path2D,{left:q,top:L,width:B,height:N}=e.
bbox;Rr(Z,q-K,L-K,B+K*2,N+K*2);let Y=O=>{if(c[O]!=null){let Q=M(g(u[O],p,S,b)),F=M(w(c[O],m,x,y));E(W,Q+D,F),A(W,Q,F,D,0,Sr*2)}};if(o)o.forEach(Y);else for(let O=i;O<=
r;O++)Y(O);return{stroke:j>0?W:null,fill:W,clip:Z,flags:di|ll}})}function Ou(t){return(e,n,i,r,o,l)=>{i!=r&&(o!=i&&l!=i&&t(e,n,i),o!=r&&l!=r&&t(e,n,r),t(e,n,l))}}
var yd=Ou(mi),kd=Ou(gi);function Uu(t){let e=re(t?.alignGaps,0);return(n,i,r,o)=>Ln(n,i,(l,u,c,p,m,g,w,b,y,S,x)=>{[r,o]=Cr(c,r,o);let M=l.pxRound,k=N=>M(g(N,p,S,
b)),E=N=>M(w(N,m,x,y)),A,j;p.ori==0?(A=mi,j=yd):(A=gi,j=kd);let D=p.dir*(p.ori==0?1:-1),K={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:di},W=K.
stroke,Z=!1;if(o-r>=S*4){let N=U=>n.posToVal(U,p.key,!0),Y=null,O=null,Q,F,he,me=k(u[D==1?r:o]),ne=k(u[r]),ce=k(u[o]),X=N(D==1?ne+1:ce-1);for(let U=D==1?r:o;U>=
r&&U<=o;U+=D){let Fe=u[U],xe=(D==1?Fe<X:Fe>X)?me:k(Fe),se=c[U];xe==me?se!=null?(F=se,Y==null?(A(W,xe,E(F)),Q=Y=O=F):F<Y?Y=F:F>O&&(O=F)):se===null&&(Z=!0):(Y!=null&&
j(W,me,E(Y),E(O),E(Q),E(F)),se!=null?(F=se,A(W,xe,E(F)),Y=O=Q=F):(Y=O=null,se===null&&(Z=!0)),me=xe,X=N(me+D))}Y!=null&&Y!=O&&he!=me&&j(W,me,E(Y),E(O),E(Q),E(F))}else
for(let N=D==1?r:o;N>=r&&N<=o;N+=D){let Y=c[N];Y===null?Z=!0:Y!=null&&A(W,k(u[N]),E(Y))}let[L,B]=_l(n,i);if(l.fill!=null||L!=0){let N=K.fill=new Path2D(W),Y=l.fillTo(
n,i,l.min,l.max,L),O=E(Y),Q=k(u[r]),F=k(u[o]);D==-1&&([F,Q]=[Q,F]),A(N,F,O),A(N,Q,O)}if(!l.spanGaps){let N=[];Z&&N.push(...xl(u,c,r,o,D,k,e)),K.gaps=N=l.gaps(n,
i,r,o,N),K.clip=Fr(N,p.ori,b,y,S,x)}return B!=0&&(K.band=B==2?[Yt(n,i,r,o,W,-1),Yt(n,i,r,o,W,1)]:Yt(n,i,r,o,W,B)),K})}function Sd(t){let e=re(t.align,1),n=re(t.
ascDesc,!1),i=re(t.alignGaps,0),r=re(t.extend,!1);return(o,l,u,c)=>Ln(o,l,(p,m,g,w,b,y,S,x,M,k,E)=>{[u,c]=Cr(g,u,c);let A=p.pxRound,{left:j,width:D}=o.bbox,K=ne=>A(
y(ne,w,k,x)),W=ne=>A(S(ne,b,E,M)),Z=w.ori==0?mi:gi,q={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:di},L=q.stroke,B=w.dir*(w.ori==0?1:-1),N=W(
g[B==1?u:c]),Y=K(m[B==1?u:c]),O=Y,Q=Y;r&&e==-1&&(Q=j,Z(L,Q,N)),Z(L,Y,N);for(let ne=B==1?u:c;ne>=u&&ne<=c;ne+=B){let ce=g[ne];if(ce==null)continue;let X=K(m[ne]),
U=W(ce);e==1?Z(L,X,N):Z(L,O,U),Z(L,X,U),N=U,O=X}let F=O;r&&e==1&&(F=j+D,Z(L,F,N));let[he,me]=_l(o,l);if(p.fill!=null||he!=0){let ne=q.fill=new Path2D(L),ce=p.fillTo(
o,l,p.min,p.max,he),X=W(ce);Z(ne,F,X),Z(ne,Q,X)}if(!p.spanGaps){let ne=[];ne.push(...xl(m,g,u,c,B,K,i));let ce=p.width*le/2,X=n||e==1?ce:-ce,U=n||e==-1?-ce:ce;ne.
forEach(Fe=>{Fe[0]+=X,Fe[1]+=U}),q.gaps=ne=p.gaps(o,l,u,c,ne),q.clip=Fr(ne,w.ori,x,M,k,E)}return me!=0&&(q.band=me==2?[Yt(o,l,u,c,L,-1),Yt(o,l,u,c,L,1)]:Yt(o,l,
u,c,L,me)),q})}function eu(t,e,n,i,r,o,l=pe){if(t.length>1){let u=null;for(let c=0,p=1/0;c<t.length;c++)if(e[c]!==void 0){if(u!=null){let m=ze(t[c]-t[u]);m<p&&(p=
m,l=ze(n(t[c],i,r,o)-n(t[u],i,r,o)))}u=c}}return l}function Td(t){t=t||Ii;let e=re(t.size,[.6,pe,1]),n=t.align||0,i=t.gap||0,r=t.radius;r=r==null?[0,0]:typeof r==
"number"?[r,0]:r;let o=te(r),l=1-e[0],u=re(e[1],pe),c=re(e[2],1),p=re(t.disp,Ii),m=re(t.each,b=>{}),{fill:g,stroke:w}=p;return(b,y,S,x)=>Ln(b,y,(M,k,E,A,j,D,K,W,Z,q,L)=>{
let B=M.pxRound,N=n,Y=i*le,O=u*le,Q=c*le,F,he;A.ori==0?[F,he]=o(b,y):[he,F]=o(b,y);let me=A.dir*(A.ori==0?1:-1),ne=A.ori==0?Rr:yl,ce=A.ori==0?m:(H,ge,De,Rn,fn,zt,pn)=>{
m(H,ge,De,fn,Rn,pn,zt)},X=re(b.bands,ml).find(H=>H.series[0]==y),U=X!=null?X.dir:0,Fe=M.fillTo(b,y,M.min,M.max,U),Ye=B(K(Fe,j,L,Z)),xe,se,At,lt=q,ke=B(M.width*le),
Rt=!1,Bt=null,vt=null,$t=null,Fn=null;g!=null&&(ke==0||w!=null)&&(Rt=!0,Bt=g.values(b,y,S,x),vt=new Map,new Set(Bt).forEach(H=>{H!=null&&vt.set(H,new Path2D)}),
ke>0&&($t=w.values(b,y,S,x),Fn=new Map,new Set($t).forEach(H=>{H!=null&&Fn.set(H,new Path2D)})));let{x0:Dn,size:bi}=p;if(Dn!=null&&bi!=null){N=1,k=Dn.values(b,y,
S,x),Dn.unit==2&&(k=k.map(De=>b.posToVal(W+De*q,A.key,!0)));let H=bi.values(b,y,S,x);bi.unit==2?se=H[0]*q:se=D(H[0],A,q,W)-D(0,A,q,W),lt=eu(k,E,D,A,q,W,lt),At=lt-
se+Y}else lt=eu(k,E,D,A,q,W,lt),At=lt*l+Y,se=lt-At;At<1&&(At=0),ke>=se/2&&(ke=0),At<5&&(B=uu);let Ui=At>0,un=lt-At-(Ui?ke:0);se=B(il(un,Q,O)),xe=(N==0?se/2:N==me?
0:se)-N*me*((N==0?Y/2:0)+(Ui?ke/2:0));let $e={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},Nn=Rt?null:new Path2D,jt=null;if(X!=null)jt=b.data[X.
series[1]];else{let{y0:H,y1:ge}=p;H!=null&&ge!=null&&(E=ge.values(b,y,S,x),jt=H.values(b,y,S,x))}let cn=F*se,J=he*se;for(let H=me==1?S:x;H>=S&&H<=x;H+=me){let ge=E[H];
if(ge==null)continue;if(jt!=null){let it=jt[H]??0;if(ge-it==0)continue;Ye=K(it,j,L,Z)}let De=A.distr!=2||p!=null?k[H]:H,Rn=D(De,A,q,W),fn=K(re(ge,Fe),j,L,Z),zt=B(
Rn-xe),pn=B(nt(fn,Ye)),st=B(Nt(fn,Ye)),wt=pn-st;if(ge!=null){let it=ge<0?J:cn,Ct=ge<0?cn:J;Rt?(ke>0&&$t[H]!=null&&ne(Fn.get($t[H]),zt,st+gt(ke/2),se,nt(0,wt-ke),
it,Ct),Bt[H]!=null&&ne(vt.get(Bt[H]),zt,st+gt(ke/2),se,nt(0,wt-ke),it,Ct)):ne(Nn,zt,st+gt(ke/2),se,nt(0,wt-ke),it,Ct),ce(b,y,H,zt-ke/2,st,se+ke,wt)}}return ke>0?
$e.stroke=Rt?Fn:Nn:Rt||($e._fill=M.width==0?M._fill:M._stroke??M._fill,$e.width=0),$e.fill=Rt?vt:Nn,$e})}function Md(t,e){let n=re(e?.alignGaps,0);return(i,r,o,l)=>Ln(
i,r,(u,c,p,m,g,w,b,y,S,x,M)=>{[o,l]=Cr(p,o,l);let k=u.pxRound,E=F=>k(w(F,m,x,y)),A=F=>k(b(F,g,M,S)),j,D,K;m.ori==0?(j=Dr,K=mi,D=zu):(j=Nr,K=gi,D=Hu);let W=m.dir*
(m.ori==0?1:-1),Z=E(c[W==1?o:l]),q=Z,L=[],B=[];for(let F=W==1?o:l;F>=o&&F<=l;F+=W)if(p[F]!=null){let me=c[F],ne=E(me);L.push(q=ne),B.push(A(p[F]))}let N={stroke:t(
L,B,j,K,D,k),fill:null,clip:null,band:null,gaps:null,flags:di},Y=N.stroke,[O,Q]=_l(i,r);if(u.fill!=null||O!=0){let F=N.fill=new Path2D(Y),he=u.fillTo(i,r,u.min,
u.max,O),me=A(he);K(F,q,me),K(F,Z,me)}if(!u.spanGaps){let F=[];F.push(...xl(c,p,o,l,W,E,n)),N.gaps=F=u.gaps(i,r,o,l,F),N.clip=Fr(F,m.ori,y,S,x,M)}return Q!=0&&(N.
band=Q==2?[Yt(i,r,o,l,Y,-1),Yt(i,r,o,l,Y,1)]:Yt(i,r,o,l,Y,Q)),N})}function Ad(t){return Md(Cd,t)}function Cd(t,e,n,i,r,o){let l=t.length;if(l<2)return null;let u=new Path2D;
if(n(u,t[0],e[0]),l==2)i(u,t[1],e[1]);else{let c=Array(l),p=Array(l-1),m=Array(l-1),g=Array(l-1);for(let w=0;w<l-1;w++)m[w]=e[w+1]-e[w],g[w]=t[w+1]-t[w],p[w]=m[w]/
g[w];c[0]=p[0];for(let w=1;w<l-1;w++)p[w]===0||p[w-1]===0||p[w-1]>0!=p[w]>0?c[w]=0:(c[w]=3*(g[w-1]+g[w])/((2*g[w]+g[w-1])/p[w-1]+(g[w]+2*g[w-1])/p[w]),isFinite(
c[w])||(c[w]=0));c[l-1]=p[l-2];for(let w=0;w<l-1;w++)r(u,t[w]+g[w]/3,e[w]+c[w]*g[w]/3,t[w+1]-g[w]/3,e[w+1]-c[w+1]*g[w]/3,t[w+1],e[w+1])}return u}var sl=new Set;
function tu(){for(let t of sl)t.syncRect(!0)}hi&&(En(ap,ui,tu),En(up,ui,tu,!0),En(Tr,ui,()=>{qe.pxRatio=le}));var Ed=Uu(),Pd=Iu();function nu(t,e,n,i){return(i?
[t[0],t[1]].concat(t.slice(2)):[t[0]].concat(t.slice(1))).map((o,l)=>al(o,l,e,n))}function Ld(t,e){return t.map((n,i)=>i==0?{}:Le({},e,n))}function al(t,e,n,i){
return Le({},e==0?n:i,t)}function Vu(t,e,n){return e==null?fi:[e,n]}var Fd=Vu;function Dd(t,e,n){return e==null?fi:Mr(e,n,dl,!0)}function Wu(t,e,n,i){return e==
null?fi:Er(e,n,t.scales[i].log,!1)}var Nd=Wu;function qu(t,e,n,i){return e==null?fi:pl(e,n,t.scales[i].log,!1)}var Rd=qu;function zd(t,e,n,i,r){let o=nt(Na(t),Na(
e)),l=e-t,u=Dt(r/i*l,n);do{let c=n[u],p=i*c/l;if(p>=r&&o+(c<5?an.get(c):0)<=17)return[c,p]}while(++u<n.length);return[0,0]}function iu(t){let e,n;return t=t.replace(
/(\d+)px/,(i,r)=>(e=Re((n=+r)*le))+"px"),[t,e,n]}function Hd(t){t.show&&[t.font,t.labelFont].forEach(e=>{let n=de(e[2]*le,1);e[0]=e[0].replace(/[0-9.]+px/,n+"px"),
e[1]=n})}function qe(t,e,n){let i={mode:re(t.mode,1)},r=i.mode;function o(s,a,f,d){let v=a.valToPct(s);return d+f*(a.dir==-1?1-v:v)}function l(s,a,f,d){let v=a.
valToPct(s);return d+f*(a.dir==-1?v:1-v)}function u(s,a,f,d){return a.ori==0?o(s,a,f,d):l(s,a,f,d)}i.valToPosH=o,i.valToPosV=l;let c=!1;i.status=0;let p=i.root=
Tt(Bf);if(t.id!=null&&(p.id=t.id),mt(p,t.class),t.title){let s=Tt(Gf,p);s.textContent=t.title}let m=Ft("canvas"),g=i.ctx=m.getContext("2d"),w=Tt(Yf,p);En("click",
w,s=>{s.target===y&&(be!=Kn||ye!=Gn)&&je.click(i,s)},!0);let b=i.under=Tt($f,w);w.appendChild(m);let y=i.over=Tt(Zf,w);t=pi(t);let S=+re(t.pxAlign,1),x=Xa(S);(t.
plugins||[]).forEach(s=>{s.opts&&(t=s.opts(i,t)||t)});let M=t.ms||.001,k=i.series=r==1?nu(t.series||[],Ka,Ja,!1):Ld(t.series||[null],Za),E=i.axes=nu(t.axes||[],
ja,Ya,!0),A=i.scales={},j=i.bands=t.bands||[];j.forEach(s=>{s.fill=te(s.fill||null),s.dir=re(s.dir,-1)});let D=r==2?k[1].facets[0].scale:k[0].scale,K={axes:gc,series:fc},
W=(t.drawOrder||["axes","series"]).map(s=>K[s]);function Z(s){let a=s.distr==3?f=>Gt(f>0?f:s.clamp(i,f,s.min,s.max,s.key)):s.distr==4?f=>$o(f,s.asinh):s.distr==
100?f=>s.fwd(f):f=>f;return f=>{let d=a(f),{_min:v,_max:_}=s,T=_-v;return(d-v)/T}}function q(s){let a=A[s];if(a==null){let f=(t.scales||Ii)[s]||Ii;if(f.from!=null){
q(f.from);let d=Le({},A[f.from],f,{key:s});d.valToPct=Z(d),A[s]=d}else{a=A[s]=Le({},s==D?Lu:wd,f),a.key=s;let d=a.time,v=a.range,_=sn(v);if((s!=D||r==2&&!d)&&(_&&
(v[0]==null||v[1]==null)&&(v={min:v[0]==null?La:{mode:1,hard:v[0],soft:v[0]},max:v[1]==null?La:{mode:1,hard:v[1],soft:v[1]}},_=!1),!_&&Lr(v))){let T=v;v=(C,P,R)=>P==
null?fi:Mr(P,R,T)}a.range=te(v||(d?Fd:s==D?a.distr==3?Nd:a.distr==4?Rd:Vu:a.distr==3?Wu:a.distr==4?qu:Dd)),a.auto=te(_?!1:a.auto),a.clamp=te(a.clamp||vd),a._min=
a._max=null,a.valToPct=Z(a)}}}q("x"),q("y"),r==1&&k.forEach(s=>{q(s.scale)}),E.forEach(s=>{q(s.scale)});for(let s in t.scales)q(s);let L=A[D],B=L.distr,N,Y;L.ori==
0?(mt(p,jf),N=o,Y=l):(mt(p,Kf),N=l,Y=o);let O={};for(let s in A){let a=A[s];(a.min!=null||a.max!=null)&&(O[s]={min:a.min,max:a.max},a.min=a.max=null)}let Q=t.tzDate||
(s=>new Date(Re(s/M))),F=t.fmtDate||gl,he=M==1?jp(Q):Yp(Q),me=Wa(Q,Va(M==1?Bp:Gp,F)),ne=Ba(Q,qa(Zp,F)),ce=[],X=i.legend=Le({},Xp,t.legend),U=i.cursor=Le({},od,{
drag:{y:r==2}},t.cursor),Fe=X.show,Ye=U.show,xe=X.markers;X.idxs=ce,xe.width=te(xe.width),xe.dash=te(xe.dash),xe.stroke=te(xe.stroke),xe.fill=te(xe.fill);let se,
At,lt,ke=[],Rt=[],Bt,vt=!1,$t={};if(X.live){let s=k[1]?k[1].values:null;vt=s!=null,Bt=vt?s(i,1,0):{_:0};for(let a in Bt)$t[a]=cl}if(Fe)if(se=Ft("table",np,p),lt=
Ft("tbody",null,se),X.mount(i,se),vt){At=Ft("thead",null,se,lt);let s=Ft("tr",null,At);Ft("th",null,s);for(var Fn in Bt)Ft("th",va,s).textContent=Fn}else mt(se,
rp),X.live&&mt(se,ip);let Dn={show:!0},bi={show:!1};function Ui(s,a){if(a==0&&(vt||!X.live||r==2))return fi;let f=[],d=Ft("tr",op,lt,lt.childNodes[a]);mt(d,s.class),
s.show||mt(d,Cn);let v=Ft("th",null,d);if(xe.show){let C=Tt(lp,v);if(a>0){let P=xe.width(i,a);P&&(C.style.border=P+"px "+xe.dash(i,a)+" "+xe.stroke(i,a)),C.style.
background=xe.fill(i,a)}}let _=Tt(va,v);s.label instanceof HTMLElement?_.appendChild(s.label):_.textContent=s.label,a>0&&(xe.show||(_.style.color=s.width>0?xe.stroke(
i,a):xe.fill(i,a)),$e("click",v,C=>{if(U._lock)return;hn(C);let P=k.indexOf(s);if((C.ctrlKey||C.metaKey)!=X.isolate){let R=k.some((z,I)=>I>0&&I!=P&&z.show);k.forEach(
(z,I)=>{I>0&&It(I,R?I==P?Dn:bi:Dn,!0,Ee.setSeries)})}else It(P,{show:!s.show},!0,Ee.setSeries)},!1),Hn&&$e(ya,v,C=>{U._lock||(hn(C),It(k.indexOf(s),$n,!0,Ee.setSeries))},
!1));for(var T in Bt){let C=Ft("td",sp,d);C.textContent="--",f.push(C)}return[d,f]}let un=new Map;function $e(s,a,f,d=!0){let v=un.get(a)||{},_=U.bind[s](i,a,f,
d);_&&(En(s,a,v[s]=_),un.set(a,v))}function Nn(s,a,f){let d=un.get(a)||{};for(let v in d)(s==null||v==s)&&(nl(v,a,d[v]),delete d[v]);s==null&&un.delete(a)}let jt=0,
cn=0,J=0,H=0,ge=0,De=0,Rn=ge,fn=De,zt=J,pn=H,st=0,wt=0,it=0,Ct=0;i.bbox={};let Hr=!1,Vi=!1,zn=!1,dn=!1,Wi=!1,_t=!1;function Ir(s,a,f){(f||s!=i.width||a!=i.height)&&
Tl(s,a),Wn(!1),zn=!0,Vi=!0,qn()}function Tl(s,a){i.width=jt=J=s,i.height=cn=H=a,ge=De=0,rc(),oc();let f=i.bbox;st=f.left=Mn(ge*le,.5),wt=f.top=Mn(De*le,.5),it=f.
width=Mn(J*le,.5),Ct=f.height=Mn(H*le,.5)}let tc=3;function nc(){let s=!1,a=0;for(;!s;){a++;let f=hc(a),d=mc(a);s=a==tc||f&&d,s||(Tl(i.width,i.height),Vi=!0)}}function ic({
width:s,height:a}){Ir(s,a)}i.setSize=ic;function rc(){let s=!1,a=!1,f=!1,d=!1;E.forEach((v,_)=>{if(v.show&&v._show){let{side:T,_size:C}=v,P=T%2,R=v.label!=null?
v.labelSize:0,z=C+R;z>0&&(P?(J-=z,T==3?(ge+=z,d=!0):f=!0):(H-=z,T==0?(De+=z,s=!0):a=!0))}}),mn[0]=s,mn[1]=f,mn[2]=a,mn[3]=d,J-=Zt[1]+Zt[3],ge+=Zt[3],H-=Zt[2]+Zt[0],
De+=Zt[0]}function oc(){let s=ge+J,a=De+H,f=ge,d=De;function v(_,T){switch(_){case 1:return s+=T,s-T;case 2:return a+=T,a-T;case 3:return f-=T,f+T;case 0:return d-=
T,d+T}}E.forEach((_,T)=>{if(_.show&&_._show){let C=_.side;_._pos=v(C,_._size),_.label!=null&&(_._lpos=v(C,_.labelSize))}})}if(U.dataIdx==null){let s=U.hover,a=s.
skip=new Set(s.skip??[]);a.add(void 0);let f=s.prox=te(s.prox),d=s.bias??=0;U.dataIdx=(v,_,T,C)=>{if(_==0)return T;let P=T,R=f(v,_,T,C)??pe,z=R>=0&&R<pe,I=L.ori==
0?J:H,$=U.left,oe=e[0],ie=e[_];if(a.has(ie[T])){P=null;let ee=null,G=null,V;if(d==0||d==-1)for(V=T;ee==null&&V-- >0;)a.has(ie[V])||(ee=V);if(d==0||d==1)for(V=T;G==
null&&V++<ie.length;)a.has(ie[V])||(G=V);if(ee!=null||G!=null)if(z){let we=ee==null?-1/0:N(oe[ee],L,I,0),Te=G==null?1/0:N(oe[G],L,I,0),We=$-we,fe=Te-$;We<=fe?We<=
R&&(P=ee):fe<=R&&(P=G)}else P=G==null?ee:ee==null?G:T-ee<=G-T?ee:G}else z&&ze($-N(oe[T],L,I,0))>R&&(P=null);return P}}let hn=s=>{U.event=s};U.idxs=ce,U._lock=!1;
let Ge=U.points;Ge.show=te(Ge.show),Ge.size=te(Ge.size),Ge.stroke=te(Ge.stroke),Ge.width=te(Ge.width),Ge.fill=te(Ge.fill);let Ht=i.focus=Le({},t.focus||{alpha:.3},
U.focus),Hn=Ht.prox>=0,In=Hn&&Ge.one,xt=[],On=[],Un=[];function Ml(s,a){let f=Ge.show(i,a);if(f instanceof HTMLElement)return mt(f,tp),mt(f,s.class),qt(f,-10,-10,
J,H),y.insertBefore(f,xt[a]),f}function Al(s,a){if(r==1||a>0){let f=r==1&&A[s.scale].time,d=s.value;s.value=f?Ha(d)?Ba(Q,qa(d,F)):d||ne:d||md,s.label=s.label||(f?
sd:ld)}if(In||a>0){s.width=s.width==null?1:s.width,s.paths=s.paths||Ed||wp,s.fillTo=te(s.fillTo||_d),s.pxAlign=+re(s.pxAlign,S),s.pxRound=Xa(s.pxAlign),s.stroke=
te(s.stroke||null),s.fill=te(s.fill||null),s._stroke=s._fill=s._paths=s._focus=null;let f=gd(nt(1,s.width),1),d=s.points=Le({},{size:f,width:nt(1,f*.2),stroke:s.
stroke,space:f*2,paths:Pd,_stroke:null,_fill:null},s.points);d.show=te(d.show),d.filter=te(d.filter),d.fill=te(d.fill),d.stroke=te(d.stroke),d.paths=te(d.paths),
d.pxAlign=s.pxAlign}if(Fe){let f=Ui(s,a);ke.splice(a,0,f[0]),Rt.splice(a,0,f[1]),X.values.push(null)}if(Ye){ce.splice(a,0,null);let f=null;In?a==0&&(f=Ml(s,a)):
a>0&&(f=Ml(s,a)),xt.splice(a,0,f),On.splice(a,0,0),Un.splice(a,0,0)}Ve("addSeries",a)}function lc(s,a){a=a??k.length,s=r==1?al(s,a,Ka,Ja):al(s,a,{},Za),k.splice(
a,0,s),Al(k[a],a)}i.addSeries=lc;function sc(s){if(k.splice(s,1),Fe){X.values.splice(s,1),Rt.splice(s,1);let a=ke.splice(s,1)[0];Nn(null,a.firstChild),a.remove()}
Ye&&(ce.splice(s,1),xt.splice(s,1)[0].remove(),On.splice(s,1),Un.splice(s,1)),Ve("delSeries",s)}i.delSeries=sc;let mn=[!1,!1,!1,!1];function ac(s,a){if(s._show=
s.show,s.show){let f=s.side%2,d=A[s.scale];d==null&&(s.scale=f?k[1].scale:D,d=A[s.scale]);let v=d.time;s.size=te(s.size),s.space=te(s.space),s.rotate=te(s.rotate),
sn(s.incrs)&&s.incrs.forEach(T=>{!an.has(T)&&an.set(T,pu(T))}),s.incrs=te(s.incrs||(d.distr==2?Vp:v?M==1?qp:Kp:An)),s.splits=te(s.splits||(v&&d.distr==1?he:d.distr==
3?rl:d.distr==4?cd:ud)),s.stroke=te(s.stroke),s.grid.stroke=te(s.grid.stroke),s.ticks.stroke=te(s.ticks.stroke),s.border.stroke=te(s.border.stroke);let _=s.values;
s.values=sn(_)&&!sn(_[0])?te(_):v?sn(_)?Wa(Q,Va(_,F)):Ha(_)?$p(Q,_):_||me:_||ad,s.filter=te(s.filter||(d.distr>=3&&d.log==10?dd:d.distr==3&&d.log==2?hd:cu)),s.font=
iu(s.font),s.labelFont=iu(s.labelFont),s._size=s.size(i,null,a,0),s._space=s._rotate=s._incrs=s._found=s._splits=s._values=null,s._size>0&&(mn[a]=!0,s._el=Tt(Jf,
w))}}function vi(s,a,f,d){let[v,_,T,C]=f,P=a%2,R=0;return P==0&&(C||_)&&(R=a==0&&!v||a==2&&!T?Re(ja.size/3):0),P==1&&(v||T)&&(R=a==1&&!_||a==3&&!C?Re(Ya.size/2):
0),R}let Cl=i.padding=(t.padding||[vi,vi,vi,vi]).map(s=>te(re(s,vi))),Zt=i._padding=Cl.map((s,a)=>s(i,a,mn,0)),Be,He=null,Ie=null,qi=r==1?k[0].idxs:null,Et=null,
wi=!1;function El(s,a){if(e=s??[],i.data=i._data=e,r==2){Be=0;for(let f=1;f<k.length;f++)Be+=e[f][0].length}else{e.length==0&&(i.data=i._data=e=[[]]),Et=e[0],Be=
Et.length;let f=e;if(B==2){f=e.slice();let d=f[0]=Array(Be);for(let v=0;v<Be;v++)d[v]=v}i._data=e=f}if(Wn(!0),Ve("setData"),B==2&&(zn=!0),a!==!1){let f=L;f.auto(
i,wi)?Or():Qt(D,f.min,f.max),dn=dn||U.left>=0,_t=!0,qn()}}i.setData=El;function Or(){wi=!0;let s,a;r==1&&(Be>0?(He=qi[0]=0,Ie=qi[1]=Be-1,s=e[0][He],a=e[0][Ie],B==
2?(s=He,a=Ie):s==a&&(B==3?[s,a]=Er(s,s,L.log,!1):B==4?[s,a]=pl(s,s,L.log,!1):L.time?a=s+Re(86400/M):[s,a]=Mr(s,a,dl,!0))):(He=qi[0]=s=null,Ie=qi[1]=a=null)),Qt(
D,s,a)}let Bi,Vn,Ur,Vr,Wr,qr,Br,jr,Kr,rt;function Pl(s,a,f,d,v,_){s??=_a,f??=ml,d??="butt",v??=_a,_??="round",s!=Bi&&(g.strokeStyle=Bi=s),v!=Vn&&(g.fillStyle=Vn=
v),a!=Ur&&(g.lineWidth=Ur=a),_!=Wr&&(g.lineJoin=Wr=_),d!=qr&&(g.lineCap=qr=d),f!=Vr&&g.setLineDash(Vr=f)}function Ll(s,a,f,d){a!=Vn&&(g.fillStyle=Vn=a),s!=Br&&(g.
font=Br=s),f!=jr&&(g.textAlign=jr=f),d!=Kr&&(g.textBaseline=Kr=d)}function Gr(s,a,f,d,v=0){if(d.length>0&&s.auto(i,wi)&&(a==null||a.min==null)){let _=re(He,0),T=re(
Ie,d.length-1),C=f.min==null?dp(d,_,T,v,s.distr==3):[f.min,f.max];s.min=Nt(s.min,f.min=C[0]),s.max=nt(s.max,f.max=C[1])}}let Fl={min:null,max:null};function uc(){
for(let d in A){let v=A[d];O[d]==null&&(v.min==null||O[D]!=null&&v.auto(i,wi))&&(O[d]=Fl)}for(let d in A){let v=A[d];O[d]==null&&v.from!=null&&O[v.from]!=null&&
(O[d]=Fl)}O[D]!=null&&Wn(!0);let s={};for(let d in O){let v=O[d];if(v!=null){let _=s[d]=pi(A[d],yp);if(v.min!=null)Le(_,v);else if(d!=D||r==2)if(Be==0&&_.from==
null){let T=_.range(i,null,null,d);_.min=T[0],_.max=T[1]}else _.min=pe,_.max=-pe}}if(Be>0){k.forEach((d,v)=>{if(r==1){let _=d.scale,T=O[_];if(T==null)return;let C=s[_];
if(v==0){let P=C.range(i,C.min,C.max,_);C.min=P[0],C.max=P[1],He=Dt(C.min,e[0]),Ie=Dt(C.max,e[0]),Ie-He>1&&(e[0][He]<C.min&&He++,e[0][Ie]>C.max&&Ie--),d.min=Et[He],
d.max=Et[Ie]}else d.show&&d.auto&&Gr(C,T,d,e[v],d.sorted);d.idxs[0]=He,d.idxs[1]=Ie}else if(v>0&&d.show&&d.auto){let[_,T]=d.facets,C=_.scale,P=T.scale,[R,z]=e[v],
I=s[C],$=s[P];I!=null&&Gr(I,O[C],_,R,_.sorted),$!=null&&Gr($,O[P],T,z,T.sorted),d.min=T.min,d.max=T.max}});for(let d in s){let v=s[d],_=O[d];if(v.from==null&&(_==
null||_.min==null)){let T=v.range(i,v.min==pe?null:v.min,v.max==-pe?null:v.max,d);v.min=T[0],v.max=T[1]}}}for(let d in s){let v=s[d];if(v.from!=null){let _=s[v.
from];if(_.min==null)v.min=v.max=null;else{let T=v.range(i,_.min,_.max,d);v.min=T[0],v.max=T[1]}}}let a={},f=!1;for(let d in s){let v=s[d],_=A[d];if(_.min!=v.min||
_.max!=v.max){_.min=v.min,_.max=v.max;let T=_.distr;_._min=T==3?Gt(_.min):T==4?$o(_.min,_.asinh):T==100?_.fwd(_.min):_.min,_._max=T==3?Gt(_.max):T==4?$o(_.max,_.
asinh):T==100?_.fwd(_.max):_.max,a[d]=f=!0}}if(f){k.forEach((d,v)=>{r==2?v>0&&a.y&&(d._paths=null):a[d.scale]&&(d._paths=null)});for(let d in a)zn=!0,Ve("setSca\
le",d);Ye&&U.left>=0&&(dn=_t=!0)}for(let d in O)O[d]=null}function cc(s){let a=il(He-1,0,Be-1),f=il(Ie+1,0,Be-1);for(;s[a]==null&&a>0;)a--;for(;s[f]==null&&f<Be-
1;)f++;return[a,f]}function fc(){if(Be>0){let s=k.some(a=>a._focus)&&rt!=Ht.alpha;s&&(g.globalAlpha=rt=Ht.alpha),k.forEach((a,f)=>{if(f>0&&a.show&&(Dl(f,!1),Dl(
f,!0),a._paths==null)){let d=rt;rt!=a.alpha&&(g.globalAlpha=rt=a.alpha);let v=r==2?[0,e[f][0].length-1]:cc(e[f]);a._paths=a.paths(i,f,v[0],v[1]),rt!=d&&(g.globalAlpha=
rt=d)}}),k.forEach((a,f)=>{if(f>0&&a.show){let d=rt;rt!=a.alpha&&(g.globalAlpha=rt=a.alpha),a._paths!=null&&Nl(f,!1);{let v=a._paths!=null?a._paths.gaps:null,_=a.
points.show(i,f,He,Ie,v),T=a.points.filter(i,f,_,v);(_||T)&&(a.points._paths=a.points.paths(i,f,He,Ie,T),Nl(f,!0))}rt!=d&&(g.globalAlpha=rt=d),Ve("drawSeries",f)}}),
s&&(g.globalAlpha=rt=1)}}function Dl(s,a){let f=a?k[s].points:k[s];f._stroke=f.stroke(i,s),f._fill=f.fill(i,s)}function Nl(s,a){let f=a?k[s].points:k[s],{stroke:d,
fill:v,clip:_,flags:T,_stroke:C=f._stroke,_fill:P=f._fill,_width:R=f.width}=f._paths;R=de(R*le,3);let z=null,I=R%2/2;a&&P==null&&(P=R>0?"#fff":C);let $=f.pxAlign==
1&&I>0;if($&&g.translate(I,I),!a){let oe=st-R/2,ie=wt-R/2,ee=it+R,G=Ct+R;z=new Path2D,z.rect(oe,ie,ee,G)}a?Yr(C,R,f.dash,f.cap,P,d,v,T,_):pc(s,C,R,f.dash,f.cap,
P,d,v,T,z,_),$&&g.translate(-I,-I)}function pc(s,a,f,d,v,_,T,C,P,R,z){let I=!1;P!=0&&j.forEach(($,oe)=>{if($.series[0]==s){let ie=k[$.series[1]],ee=e[$.series[1]],
G=(ie._paths||Ii).band;sn(G)&&(G=$.dir==1?G[0]:G[1]);let V,we=null;ie.show&&G&&mp(ee,He,Ie)?(we=$.fill(i,oe)||_,V=ie._paths.clip):G=null,Yr(a,f,d,v,we,T,C,P,R,z,
V,G),I=!0}}),I||Yr(a,f,d,v,_,T,C,P,R,z)}let Rl=di|ll;function Yr(s,a,f,d,v,_,T,C,P,R,z,I){Pl(s,a,f,d,v),(P||R||I)&&(g.save(),P&&g.clip(P),R&&g.clip(R)),I?(C&Rl)==
Rl?(g.clip(I),z&&g.clip(z),Ki(v,T),ji(s,_,a)):C&ll?(Ki(v,T),g.clip(I),ji(s,_,a)):C&di&&(g.save(),g.clip(I),z&&g.clip(z),Ki(v,T),g.restore(),ji(s,_,a)):(Ki(v,T),
ji(s,_,a)),(P||R||I)&&g.restore()}function ji(s,a,f){f>0&&(a instanceof Map?a.forEach((d,v)=>{g.strokeStyle=Bi=v,g.stroke(d)}):a!=null&&s&&g.stroke(a))}function Ki(s,a){
a instanceof Map?a.forEach((f,d)=>{g.fillStyle=Vn=d,g.fill(f)}):a!=null&&s&&g.fill(a)}function dc(s,a,f,d){let v=E[s],_;if(d<=0)_=[0,0];else{let T=v._space=v.space(
i,s,a,f,d),C=v._incrs=v.incrs(i,s,a,f,d,T);_=zd(a,f,C,d,T)}return v._found=_}function $r(s,a,f,d,v,_,T,C,P,R){let z=T%2/2;S==1&&g.translate(z,z),Pl(C,T,P,R,C),g.
beginPath();let I,$,oe,ie,ee=v+(d==0||d==3?-_:_);f==0?($=v,ie=ee):(I=v,oe=ee);for(let G=0;G<s.length;G++)a[G]!=null&&(f==0?I=oe=s[G]:$=ie=s[G],g.moveTo(I,$),g.lineTo(
oe,ie));g.stroke(),S==1&&g.translate(-z,-z)}function hc(s){let a=!0;return E.forEach((f,d)=>{if(!f.show)return;let v=A[f.scale];if(v.min==null){f._show&&(a=!1,f.
_show=!1,Wn(!1));return}else f._show||(a=!1,f._show=!0,Wn(!1));let _=f.side,T=_%2,{min:C,max:P}=v,[R,z]=dc(d,C,P,T==0?J:H);if(z==0)return;let I=v.distr==2,$=f._splits=
f.splits(i,d,C,P,R,z,I),oe=v.distr==2?$.map(V=>Et[V]):$,ie=v.distr==2?Et[$[1]]-Et[$[0]]:R,ee=f._values=f.values(i,f.filter(i,oe,d,z,ie),d,z,ie);f._rotate=_==2?f.
rotate(i,ee,d,z):0;let G=f._size;f._size=Mt(f.size(i,ee,d,s)),G!=null&&f._size!=G&&(a=!1)}),a}function mc(s){let a=!0;return Cl.forEach((f,d)=>{let v=f(i,d,mn,s);
v!=Zt[d]&&(a=!1),Zt[d]=v}),a}function gc(){for(let s=0;s<E.length;s++){let a=E[s];if(!a.show||!a._show)continue;let f=a.side,d=f%2,v,_,T=a.stroke(i,s),C=f==0||f==
3?-1:1,[P,R]=a._found;if(a.label!=null){let Je=a.labelGap*C,ct=Re((a._lpos+Je)*le);Ll(a.labelFont[0],T,"center",f==2?"top":wa),g.save(),d==1?(v=_=0,g.translate(
ct,Re(wt+Ct/2)),g.rotate((f==3?-Sr:Sr)/2)):(v=Re(st+it/2),_=ct);let vn=au(a.label)?a.label(i,s,P,R):a.label;g.fillText(vn,v,_),g.restore()}if(R==0)continue;let z=A[a.
scale],I=d==0?it:Ct,$=d==0?st:wt,oe=a._splits,ie=z.distr==2?oe.map(Je=>Et[Je]):oe,ee=z.distr==2?Et[oe[1]]-Et[oe[0]]:P,G=a.ticks,V=a.border,we=G.show?G.size:0,Te=Re(
we*le),We=Re((a.alignTo==2?a._size-we-a.gap:a.gap)*le),fe=a._rotate*-Sr/180,Me=x(a._pos*le),at=(Te+We)*C,Ze=Me+at;_=d==0?Ze:0,v=d==1?Ze:0;let yt=a.font[0],Pt=a.
align==1?si:a.align==2?Ko:fe>0?si:fe<0?Ko:d==0?"center":f==3?Ko:si,Ut=fe||d==1?"middle":f==2?"top":wa;Ll(yt,T,Pt,Ut);let ut=a.font[1]*a.lineGap,kt=oe.map(Je=>x(
u(Je,z,I,$))),Lt=a._values;for(let Je=0;Je<Lt.length;Je++){let ct=Lt[Je];if(ct!=null){d==0?v=kt[Je]:_=kt[Je],ct=""+ct;let vn=ct.indexOf(`
`)==-1?[ct]:ct.split(/\n/gm);for(let Qe=0;Qe<vn.length;Qe++){let es=vn[Qe];fe?(g.save(),g.translate(v,_+Qe*ut),g.rotate(fe),g.fillText(es,0,0),g.restore()):g.fillText(
es,v,_+Qe*ut)}}}G.show&&$r(kt,G.filter(i,ie,s,R,ee),d,f,Me,Te,de(G.width*le,3),G.stroke(i,s),G.dash,G.cap);let Vt=a.grid;Vt.show&&$r(kt,Vt.filter(i,ie,s,R,ee),d,
d==0?2:1,d==0?wt:st,d==0?Ct:it,de(Vt.width*le,3),Vt.stroke(i,s),Vt.dash,Vt.cap),V.show&&$r([Me],[1],d==0?1:0,d==0?1:2,d==1?wt:st,d==1?Ct:it,de(V.width*le,3),V.stroke(
i,s),V.dash,V.cap)}Ve("drawAxes")}function Wn(s){k.forEach((a,f)=>{f>0&&(a._paths=null,s&&(r==1?(a.min=null,a.max=null):a.facets.forEach(d=>{d.min=null,d.max=null})))})}
let Gi=!1,Zr=!1,_i=[];function bc(){Zr=!1;for(let s=0;s<_i.length;s++)Ve(..._i[s]);_i.length=0}function qn(){Gi||(Ep(zl),Gi=!0)}function vc(s,a=!1){Gi=!0,Zr=a,s(
i),zl(),a&&_i.length>0&&queueMicrotask(bc)}i.batch=vc;function zl(){if(Hr&&(uc(),Hr=!1),zn&&(nc(),zn=!1),Vi){if(_e(b,si,ge),_e(b,"top",De),_e(b,Ni,J),_e(b,Ri,H),
_e(y,si,ge),_e(y,"top",De),_e(y,Ni,J),_e(y,Ri,H),_e(w,Ni,jt),_e(w,Ri,cn),m.width=Re(jt*le),m.height=Re(cn*le),E.forEach(({_el:s,_show:a,_size:f,_pos:d,side:v})=>{
if(s!=null)if(a){let _=v===3||v===0?f:0,T=v%2==1;_e(s,T?"left":"top",d-_),_e(s,T?"width":"height",f),_e(s,T?"top":"left",T?De:ge),_e(s,T?"height":"width",T?H:J),
tl(s,Cn)}else mt(s,Cn)}),Bi=Vn=Ur=Wr=qr=Br=jr=Kr=Vr=null,rt=1,ki(!0),ge!=Rn||De!=fn||J!=zt||H!=pn){Wn(!1);let s=J/zt,a=H/pn;if(Ye&&!dn&&U.left>=0){U.left*=s,U.top*=
a,Bn&&qt(Bn,Re(U.left),0,J,H),jn&&qt(jn,0,Re(U.top),J,H);for(let f=0;f<xt.length;f++){let d=xt[f];d!=null&&(On[f]*=s,Un[f]*=a,qt(d,Mt(On[f]),Mt(Un[f]),J,H))}}if(ve.
show&&!Wi&&ve.left>=0&&ve.width>0){ve.left*=s,ve.width*=s,ve.top*=a,ve.height*=a;for(let f in no)_e(Yn,f,ve[f])}Rn=ge,fn=De,zt=J,pn=H}Ve("setSize"),Vi=!1}jt>0&&
cn>0&&(g.clearRect(0,0,m.width,m.height),Ve("drawClear"),W.forEach(s=>s()),Ve("draw")),ve.show&&Wi&&(Yi(ve),Wi=!1),Ye&&dn&&(bn(null,!0,!1),dn=!1),X.show&&X.live&&
_t&&(eo(),_t=!1),c||(c=!0,i.status=1,Ve("ready")),wi=!1,Gi=!1}i.redraw=(s,a)=>{zn=a||!1,s!==!1?Qt(D,L.min,L.max):qn()};function Jr(s,a){let f=A[s];if(f.from==null){
if(Be==0){let d=f.range(i,a.min,a.max,s);a.min=d[0],a.max=d[1]}if(a.min>a.max){let d=a.min;a.min=a.max,a.max=d}if(Be>1&&a.min!=null&&a.max!=null&&a.max-a.min<1e-16)
return;s==D&&f.distr==2&&Be>0&&(a.min=Dt(a.min,e[0]),a.max=Dt(a.max,e[0]),a.min==a.max&&a.max++),O[s]=a,Hr=!0,qn()}}i.setScale=Jr;let Qr,Xr,Bn,jn,Hl,Il,Kn,Gn,Ol,
Ul,be,ye,Jt=!1,je=U.drag,Oe=je.x,Ue=je.y;Ye&&(U.x&&(Qr=Tt(Xf,y)),U.y&&(Xr=Tt(ep,y)),L.ori==0?(Bn=Qr,jn=Xr):(Bn=Xr,jn=Qr),be=U.left,ye=U.top);let ve=i.select=Le(
{show:!0,over:!0,left:0,width:0,top:0,height:0},t.select),Yn=ve.show?Tt(Qf,ve.over?y:b):null;function Yi(s,a){if(ve.show){for(let f in s)ve[f]=s[f],f in no&&_e(
Yn,f,s[f]);a!==!1&&Ve("setSelect")}}i.setSelect=Yi;function wc(s){if(k[s].show)Fe&&tl(ke[s],Cn);else if(Fe&&mt(ke[s],Cn),Ye){let f=In?xt[0]:xt[s];f!=null&&qt(f,
-10,-10,J,H)}}function Qt(s,a,f){Jr(s,{min:a,max:f})}function It(s,a,f,d){a.focus!=null&&Sc(s),a.show!=null&&k.forEach((v,_)=>{_>0&&(s==_||s==null)&&(v.show=a.show,
wc(_),r==2?(Qt(v.facets[0].scale,null,null),Qt(v.facets[1].scale,null,null)):Qt(v.scale,null,null),qn())}),f!==!1&&Ve("setSeries",s,a),d&&Si("setSeries",i,s,a)}
i.setSeries=It;function _c(s,a){Le(j[s],a)}function xc(s,a){s.fill=te(s.fill||null),s.dir=re(s.dir,-1),a=a??j.length,j.splice(a,0,s)}function yc(s){s==null?j.length=
0:j.splice(s,1)}i.addBand=xc,i.setBand=_c,i.delBand=yc;function kc(s,a){k[s].alpha=a,Ye&&xt[s]!=null&&(xt[s].style.opacity=a),Fe&&ke[s]&&(ke[s].style.opacity=a)}
let Kt,Xt,gn,$n={focus:!0};function Sc(s){if(s!=gn){let a=s==null,f=Ht.alpha!=1;k.forEach((d,v)=>{if(r==1||v>0){let _=a||v==0||v==s;d._focus=a?null:_,f&&kc(v,_?
1:Ht.alpha)}}),gn=s,f&&qn()}}Fe&&Hn&&$e(ka,se,s=>{U._lock||(hn(s),gn!=null&&It(null,$n,!0,Ee.setSeries))});function Ot(s,a,f){let d=A[a];f&&(s=s/le-(d.ori==1?De:
ge));let v=J;d.ori==1&&(v=H,s=v-s),d.dir==-1&&(s=v-s);let _=d._min,T=d._max,C=s/v,P=_+(T-_)*C,R=d.distr;return R==3?ci(10,P):R==4?bp(P,d.asinh):R==100?d.bwd(P):
P}function Tc(s,a){let f=Ot(s,D,a);return Dt(f,e[0],He,Ie)}i.valToIdx=s=>Dt(s,e[0]),i.posToIdx=Tc,i.posToVal=Ot,i.valToPos=(s,a,f)=>A[a].ori==0?o(s,A[a],f?it:J,
f?st:0):l(s,A[a],f?Ct:H,f?wt:0),i.setCursor=(s,a,f)=>{be=s.left,ye=s.top,bn(null,a,f)};function Vl(s,a){_e(Yn,si,ve.left=s),_e(Yn,Ni,ve.width=a)}function Wl(s,a){
_e(Yn,"top",ve.top=s),_e(Yn,Ri,ve.height=a)}let xi=L.ori==0?Vl:Wl,yi=L.ori==1?Vl:Wl;function Mc(){if(Fe&&X.live)for(let s=r==2?1:0;s<k.length;s++){if(s==0&&vt)continue;
let a=X.values[s],f=0;for(let d in a)Rt[s][f++].firstChild.nodeValue=a[d]}}function eo(s,a){if(s!=null&&(s.idxs?s.idxs.forEach((f,d)=>{ce[d]=f}):xp(s.idx)||ce.fill(
s.idx),X.idx=ce[0]),Fe&&X.live){for(let f=0;f<k.length;f++)(f>0||r==1&&!vt)&&Ac(f,ce[f]);Mc()}_t=!1,a!==!1&&Ve("setLegend")}i.setLegend=eo;function Ac(s,a){let f=k[s],
d=s==0&&B==2?Et:e[s],v;vt?v=f.values(i,s,a)??$t:(v=f.value(i,a==null?null:d[a],s,a),v=v==null?$t:{_:v}),X.values[s]=v}function bn(s,a,f){Ol=be,Ul=ye,[be,ye]=U.move(
i,be,ye),U.left=be,U.top=ye,Ye&&(Bn&&qt(Bn,Re(be),0,J,H),jn&&qt(jn,0,Re(ye),J,H));let d,v=He>Ie;Kt=pe,Xt=null;let _=L.ori==0?J:H,T=L.ori==1?J:H;if(be<0||Be==0||
v){d=U.idx=null;for(let C=0;C<k.length;C++){let P=xt[C];P!=null&&qt(P,-10,-10,J,H)}Hn&&It(null,$n,!0,s==null&&Ee.setSeries),X.live&&(ce.fill(d),_t=!0)}else{let C,
P,R;r==1&&(C=L.ori==0?be:ye,P=Ot(C,D),d=U.idx=Dt(P,e[0],He,Ie),R=N(e[0][d],L,_,0));let z=-10,I=-10,$=0,oe=0,ie=!0,ee="",G="";for(let V=r==2?1:0;V<k.length;V++){
let we=k[V],Te=ce[V],We=Te==null?null:r==1?e[V][Te]:e[V][1][Te],fe=U.dataIdx(i,V,d,P),Me=fe==null?null:r==1?e[V][fe]:e[V][1][fe];if(_t=_t||Me!=We||fe!=Te,ce[V]=
fe,V>0&&we.show){let at=fe==null?-10:fe==d?R:N(r==1?e[0][fe]:e[V][0][fe],L,_,0),Ze=Me==null?-10:Y(Me,r==1?A[we.scale]:A[we.facets[1].scale],T,0);if(Hn&&Me!=null){
let yt=L.ori==1?be:ye,Pt=ze(Ht.dist(i,V,fe,Ze,yt));if(Pt<Kt){let Ut=Ht.bias;if(Ut!=0){let ut=Ot(yt,we.scale),kt=Me>=0?1:-1,Lt=ut>=0?1:-1;Lt==kt&&(Lt==1?Ut==1?Me>=
ut:Me<=ut:Ut==1?Me<=ut:Me>=ut)&&(Kt=Pt,Xt=V)}else Kt=Pt,Xt=V}}if(_t||In){let yt,Pt;L.ori==0?(yt=at,Pt=Ze):(yt=Ze,Pt=at);let Ut,ut,kt,Lt,Vt,Je,ct=!0,vn=Ge.bbox;if(vn!=
null){ct=!1;let Qe=vn(i,V);kt=Qe.left,Lt=Qe.top,Ut=Qe.width,ut=Qe.height}else kt=yt,Lt=Pt,Ut=ut=Ge.size(i,V);if(Je=Ge.fill(i,V),Vt=Ge.stroke(i,V),In)V==Xt&&Kt<=
Ht.prox&&(z=kt,I=Lt,$=Ut,oe=ut,ie=ct,ee=Je,G=Vt);else{let Qe=xt[V];Qe!=null&&(On[V]=kt,Un[V]=Lt,Pa(Qe,Ut,ut,ct),Ca(Qe,Je,Vt),qt(Qe,Mt(kt),Mt(Lt),J,H))}}}}if(In){
let V=Ht.prox,we=gn==null?Kt<=V:Kt>V||Xt!=gn;if(_t||we){let Te=xt[0];Te!=null&&(On[0]=z,Un[0]=I,Pa(Te,$,oe,ie),Ca(Te,ee,G),qt(Te,Mt(z),Mt(I),J,H))}}}if(ve.show&&
Jt)if(s!=null){let[C,P]=Ee.scales,[R,z]=Ee.match,[I,$]=s.cursor.sync.scales,oe=s.cursor.drag;if(Oe=oe._x,Ue=oe._y,Oe||Ue){let{left:ie,top:ee,width:G,height:V}=s.
select,we=s.scales[I].ori,Te=s.posToVal,We,fe,Me,at,Ze,yt=C!=null&&R(C,I),Pt=P!=null&&z(P,$);yt&&Oe?(we==0?(We=ie,fe=G):(We=ee,fe=V),Me=A[C],at=N(Te(We,I),Me,_,
0),Ze=N(Te(We+fe,I),Me,_,0),xi(Nt(at,Ze),ze(Ze-at))):xi(0,_),Pt&&Ue?(we==1?(We=ie,fe=G):(We=ee,fe=V),Me=A[P],at=Y(Te(We,$),Me,T,0),Ze=Y(Te(We+fe,$),Me,T,0),yi(Nt(
at,Ze),ze(Ze-at))):yi(0,T)}else io()}else{let C=ze(Ol-Hl),P=ze(Ul-Il);if(L.ori==1){let $=C;C=P,P=$}Oe=je.x&&C>=je.dist,Ue=je.y&&P>=je.dist;let R=je.uni;R!=null?
Oe&&Ue&&(Oe=C>=R,Ue=P>=R,!Oe&&!Ue&&(P>C?Ue=!0:Oe=!0)):je.x&&je.y&&(Oe||Ue)&&(Oe=Ue=!0);let z,I;Oe&&(L.ori==0?(z=Kn,I=be):(z=Gn,I=ye),xi(Nt(z,I),ze(I-z)),Ue||yi(
0,T)),Ue&&(L.ori==1?(z=Kn,I=be):(z=Gn,I=ye),yi(Nt(z,I),ze(I-z)),Oe||xi(0,_)),!Oe&&!Ue&&(xi(0,0),yi(0,0))}if(je._x=Oe,je._y=Ue,s==null){if(f){if(Xl!=null){let[C,
P]=Ee.scales;Ee.values[0]=C!=null?Ot(L.ori==0?be:ye,C):null,Ee.values[1]=P!=null?Ot(L.ori==1?be:ye,P):null}Si(Go,i,be,ye,J,H,d)}if(Hn){let C=f&&Ee.setSeries,P=Ht.
prox;gn==null?Kt<=P&&It(Xt,$n,!0,C):Kt>P?It(null,$n,!0,C):Xt!=gn&&It(Xt,$n,!0,C)}}_t&&(X.idx=d,eo()),a!==!1&&Ve("setCursor")}let en=null;Object.defineProperty(i,
"rect",{get(){return en==null&&ki(!1),en}});function ki(s=!1){s?en=null:(en=y.getBoundingClientRect(),Ve("syncRect",en))}function ql(s,a,f,d,v,_,T){U._lock||Jt&&
s!=null&&s.movementX==0&&s.movementY==0||(to(s,a,f,d,v,_,T,!1,s!=null),s!=null?bn(null,!0,!0):bn(a,!0,!1))}function to(s,a,f,d,v,_,T,C,P){if(en==null&&ki(!1),hn(
s),s!=null)f=s.clientX-en.left,d=s.clientY-en.top;else{if(f<0||d<0){be=-10,ye=-10;return}let[R,z]=Ee.scales,I=a.cursor.sync,[$,oe]=I.values,[ie,ee]=I.scales,[G,
V]=Ee.match,we=a.axes[0].side%2==1,Te=L.ori==0?J:H,We=L.ori==1?J:H,fe=we?_:v,Me=we?v:_,at=we?d:f,Ze=we?f:d;if(ie!=null?f=G(R,ie)?u($,A[R],Te,0):-10:f=Te*(at/fe),
ee!=null?d=V(z,ee)?u(oe,A[z],We,0):-10:d=We*(Ze/Me),L.ori==1){let yt=f;f=d,d=yt}}P&&(a==null||a.cursor.event.type==Go)&&((f<=1||f>=J-1)&&(f=Mn(f,J)),(d<=1||d>=H-
1)&&(d=Mn(d,H))),C?(Hl=f,Il=d,[Kn,Gn]=U.move(i,f,d)):(be=f,ye=d)}let no={width:0,height:0,left:0,top:0};function io(){Yi(no,!1)}let Bl,jl,Kl,Gl;function Yl(s,a,f,d,v,_,T){
Jt=!0,Oe=Ue=je._x=je._y=!1,to(s,a,f,d,v,_,T,!0,!1),s!=null&&($e(Yo,Xo,$l,!1),Si(xa,i,Kn,Gn,J,H,null));let{left:C,top:P,width:R,height:z}=ve;Bl=C,jl=P,Kl=R,Gl=z}
function $l(s,a,f,d,v,_,T){Jt=je._x=je._y=!1,to(s,a,f,d,v,_,T,!1,!0);let{left:C,top:P,width:R,height:z}=ve,I=R>0||z>0,$=Bl!=C||jl!=P||Kl!=R||Gl!=z;if(I&&$&&Yi(ve),
je.setScale&&I&&$){let oe=C,ie=R,ee=P,G=z;if(L.ori==1&&(oe=P,ie=z,ee=C,G=R),Oe&&Qt(D,Ot(oe,D),Ot(oe+ie,D)),Ue)for(let V in A){let we=A[V];V!=D&&we.from==null&&we.
min!=pe&&Qt(V,Ot(ee+G,V),Ot(ee,V))}io()}else U.lock&&(U._lock=!U._lock,bn(a,!0,s!=null));s!=null&&(Nn(Yo,Xo),Si(Yo,i,be,ye,J,H,null))}function Cc(s,a,f,d,v,_,T){
if(U._lock)return;hn(s);let C=Jt;if(Jt){let P=!0,R=!0,z=10,I,$;L.ori==0?(I=Oe,$=Ue):(I=Ue,$=Oe),I&&$&&(P=be<=z||be>=J-z,R=ye<=z||ye>=H-z),I&&P&&(be=be<Kn?0:J),$&&
R&&(ye=ye<Gn?0:H),bn(null,!0,!0),Jt=!1}be=-10,ye=-10,ce.fill(null),bn(null,!0,!0),C&&(Jt=C)}function Zl(s,a,f,d,v,_,T){U._lock||(hn(s),Or(),io(),s!=null&&Si(Sa,
i,be,ye,J,H,null))}function Jl(){E.forEach(Hd),Ir(i.width,i.height,!0)}En(Tr,ui,Jl);let Zn={};Zn.mousedown=Yl,Zn.mousemove=ql,Zn.mouseup=$l,Zn.dblclick=Zl,Zn.setSeries=
(s,a,f,d)=>{let v=Ee.match[2];f=v(i,a,f),f!=-1&&It(f,d,!0,!1)},Ye&&($e(xa,y,Yl),$e(Go,y,ql),$e(ya,y,s=>{hn(s),ki(!1)}),$e(ka,y,Cc),$e(Sa,y,Zl),sl.add(i),i.syncRect=
ki);let $i=i.hooks=t.hooks||{};function Ve(s,a,f){Zr?_i.push([s,a,f]):s in $i&&$i[s].forEach(d=>{d.call(null,i,a,f)})}(t.plugins||[]).forEach(s=>{for(let a in s.
hooks)$i[a]=($i[a]||[]).concat(s.hooks[a])});let Ql=(s,a,f)=>f,Ee=Le({key:null,setSeries:!1,filters:{pub:Ra,sub:Ra},scales:[D,k[1]?k[1].scale:null],match:[za,za,
Ql],values:[null,null]},U.sync);Ee.match.length==2&&Ee.match.push(Ql),U.sync=Ee;let Xl=Ee.key,ro=Fu(Xl);function Si(s,a,f,d,v,_,T){Ee.filters.pub(s,a,f,d,v,_,T)&&
ro.pub(s,a,f,d,v,_,T)}ro.sub(i);function Ec(s,a,f,d,v,_,T){Ee.filters.sub(s,a,f,d,v,_,T)&&Zn[s](null,a,f,d,v,_,T)}i.pub=Ec;function Pc(){ro.unsub(i),sl.delete(i),
un.clear(),nl(Tr,ui,Jl),p.remove(),se?.remove(),Ve("destroy")}i.destroy=Pc;function oo(){Ve("init",t,e),El(e||t.data,!1),O[D]?Jr(D,O[D]):Or(),Wi=ve.show&&(ve.width>
0||ve.height>0),dn=_t=!0,Ir(t.width,t.height)}return k.forEach(Al),E.forEach(ac),n?n instanceof HTMLElement?(n.appendChild(p),oo()):n(i,oo):oo(),i}qe.assign=Le;
qe.fmtNum=hl;qe.rangeNum=Mr;qe.rangeLog=Er;qe.rangeAsinh=pl;qe.orient=Ln;qe.pxRatio=le;qe.join=Cp;qe.fmtDate=gl,qe.tzDate=Op;qe.sync=Fu;{qe.addGap=xd,qe.clipGaps=
Fr;let t=qe.paths={points:Iu};t.linear=Uu,t.stepped=Sd,t.bars=Td,t.spline=Ad}var Id=128,kl=10,Od=54;function Ud(t){return t.reduce((e,n)=>e+(n??0),0)}function Vd(t,e,n){let i=t.series.map(c=>({label:String(c.labels[e]??""),own:c.v,weight:Ud(
c.v)})).sort((c,p)=>p.weight-c.weight||(c.label<p.label?-1:1)),r=i.slice(0,i.length>kl+1?kl:i.length),o=i.slice(r.length),l=r.map(c=>({label:e==="pid"?"pid "+Se(
c.label):Se(c.label)||"(no name)",colour:n.get(c.label)??So,own:c.own,sum:[]}));o.length>0&&l.push({label:o.length+" others",colour:So,own:o.reduce((c,p)=>Bu(c,
p.own),[]),sum:[]});let u=[];for(let c of l)u=c.sum=Bu(u,c.own);return l}function Bu(t,e){return Array.from({length:Math.max(t.length,e.length)},(n,i)=>{let r=t[i]??
null,o=e[i]??null;return r===null?o:o===null?r:r+o})}function Wd(t,e){return Array.from({length:e+1},(n,i)=>t.from+i*t.step)}function qd(t){return[...t,t.length>
0?t[t.length-1]:null]}function Bd(t){let e={stroke:t?"#2a2a31":"#ececf1",width:1},n={stroke:t?"#a0a0ab":"#5c5c66",font:"11px "+jd,grid:e,ticks:{show:!1}};return[
{...n,size:24,gap:6,space:80,values:(i,r)=>r.map(o=>ht(o).replace(/:00$/,""))},{...n,size:Od,gap:6,space:28,values:(i,r)=>r.map(Kd)}]}var jd='system-ui, -apple-\
system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';function Kd(t){return String(Math.round(t*1e6)/1e6)}function Gd(t,e,n,i,r,o){let l=(t.dark?ei.dark:ei.light).
page.slice(1),u=qe.paths.stepped({align:1});return{width:e,height:Id,padding:[8,30,0,0],legend:{show:!1},scales:{x:{time:!0,range:()=>t.window},y:{range:(c,p,m)=>[
0,m>0?m*1.1:1]}},axes:Bd(t.dark),cursor:{y:!1,points:{show:!1},drag:{x:!0,y:!1,setScale:!1,dist:3},bind:{dblclick:()=>null}},series:[{},...[...n].reverse().map(
c=>({stroke:c.colour,fill:sr(c.colour.slice(1),l,.5),width:1,paths:u,points:{show:!1}}))],hooks:{ready:[o],setSelect:[r],setCursor:[c=>i(c.cursor.idx??null)]}}}
function ju(t){let e=Ce(null),n=Ce(null),i=Ce(t),[r,o]=et(null),[l,u]=et(0),{interval:c}=t,p=Ce(!1),[,m]=et(0),g=Ke(()=>t.data?Vd(t.data,t.by,t.by==="service"?t.
colours:ar(t.data.series.map(x=>String(x.labels.pid??"")))):[],[t.data,t.by,t.colours]),w=Ce({found:g,data:t.data,window:t.window});p.current||(w.current={found:g,
data:t.data,window:t.window});let{found:b,data:y,window:S}=w.current;return i.current={...t,window:S},ot(()=>{let x=()=>{p.current&&m(M=>M+1),p.current=!1};return document.
addEventListener("mouseup",x),()=>document.removeEventListener("mouseup",x)},[]),ot(()=>{let x=new ResizeObserver(()=>u(e.current?.clientWidth??0));return x.observe(
e.current),()=>x.disconnect()},[]),ot(()=>{if(!y||l===0)return;let x=E=>{let{left:A,width:j}=E.select;if(j<3)return zr(E,i.current.interval);let{step:D,window:K}=i.
current,W=Math.max(K[0],Math.floor(E.posToVal(A,"x")/D)*D),Z=Math.min(K[1],Math.max(W+D,Math.ceil(E.posToVal(A+j,"x")/D)*D));i.current.onInterval([W,Z])},M=[...b].
reverse().map(E=>qd(E.sum)),k=new qe(Gd(i.current,l,b,o,x,E=>zr(E,i.current.interval)),[Wd(y,b[0]?.own.length??0),...M],e.current);return k.over.addEventListener(
"mousedown",()=>{p.current=!0}),k.over.addEventListener("dblclick",()=>i.current.onInterval(null)),k.over.addEventListener("click",()=>zr(k,i.current.interval)),
n.current=k,()=>{k.destroy(),n.current=null}},[b,l,t.dark,S[0],S[1]]),ot(()=>{n.current&&zr(n.current,c)},[c?.[0],c?.[1]]),h("section",{class:"timeline","aria-l\
abel":"Timeline",children:[h($d,{...t,data:y,found:b,at:r}),h("div",{class:"plot",ref:e})]})}function zr(t,e){if(!e)return t.setSelect({left:0,top:0,width:0,height:0},
!1);let n=t.over.clientWidth,i=l=>Math.max(0,Math.min(n,l)),r=i(t.valToPos(e[0],"x")),o=i(t.valToPos(e[1],"x"));t.setSelect({left:r,top:0,width:Math.max(1,o-r),
height:t.over.clientHeight},!1)}var Yd={cpu:"CPU, cores",wall:"Wall clock, threads",gil:"Interpreter lock held, cores"};function $d(t){let{found:e,at:n,data:i,interval:r}=t,
o=n!==null&&i!==null&&n<(e[0]?.own.length??0);return h("div",{class:"timeline-head",children:[h("h2",{children:Yd[t.mode]??t.mode}),h("div",{class:"keys",children:e.
slice(0,kl+1).map(l=>h("span",{class:"key",title:l.label,children:[h("i",{style:{background:l.colour}}),h("bdi",{children:l.label}),o&&h("b",{children:l.own[n]===
null||l.own[n]===void 0?"gap":dt(l.own[n])})]}))}),h("span",{class:"when",children:o?ht(i.from+n*i.step)+" · "+dt(e[e.length-1].sum[n]??0)+" in all":r?ht(r[0])+
"–"+ht(r[1])+" ("+Xn(r[1]-r[0])+")":"drag to choose an interval"}),r&&h("button",{class:"small",onClick:()=>t.onInterval(null),title:"Esc or a double click",children:"\
Whole"})]})}var Zd=[["svg","Flame graph (SVG)","a picture that zooms and searches by itself"],["pprof","pprof","for go tool pprof, Parca, Pyroscope"],["speedscope","speedsc\
ope","for speedscope.app"],["folded","Folded stacks","for flamegraph.pl, inferno"],["json","JSON","what this page draws"]];function Ku(t){return h("div",{class:"\
switch",role:"group","aria-label":t.label,children:t.options.map(([e,n,i])=>h("button",{"aria-pressed":e===t.value,title:i,onClick:()=>t.onChange(e),children:n},
e))})}function Gu(t){return h("label",{class:"choice",title:t.title,children:[h("span",{children:t.label}),h("select",{value:t.value,onChange:e=>t.onChange(e.currentTarget.
value),children:t.options.map(([e,n])=>h("option",{value:e,children:n},e))})]})}function Jd({state:t,interval:e}){let n=Ce(null);return ot(()=>{let i=r=>{n.current&&
!(r.type==="click"&&n.current.contains(r.target))&&(r.type==="click"||r.key==="Escape")&&(n.current.open=!1)};return document.addEventListener("click",i),document.
addEventListener("keydown",i),()=>{document.removeEventListener("click",i),document.removeEventListener("keydown",i)}},[]),h("details",{class:"menu",ref:n,children:[
h("summary",{title:"What is shown, as a file",children:"Download"}),h("div",{class:"menu-list",children:Zd.map(([i,r,o])=>h("a",{href:pr(t,e,i),download:!0,"dat\
a-format":i,onClick:()=>{n.current.open=!1},children:[h("b",{children:r}),h("span",{class:"quiet",children:o})]},i))})]})}function Yu({state:t,tree:e,found:n,interval:i,
set:r,onNext:o}){return h("div",{class:"toolbar",children:[h(Ku,{label:"View",value:t.view,onChange:l=>r({view:l}),options:[["flame","Flame graph","Where the ti\
me goes, as boxes (f)"],["table","Top","Functions by what they used (t)"],["sandwich","Sandwich","Callers and callees of one function (s)"]]}),h(Ku,{label:"Mode",
value:t.mode,onChange:l=>r({mode:l}),options:[["cpu","CPU","Time on a CPU (m)"],["wall","Wall","All time, waiting too (m)"],["gil","GIL","Time with the interpre\
ter lock (m)"]]}),h(Gu,{label:"by",title:"What is one box (g)",value:t.merge,onChange:l=>r({merge:l,zoom:""}),options:[["function","function"],["line","line"],[
"module","module"]]}),h("button",{class:"toggle","aria-pressed":t.threads,title:"Each thread apart (a)",onClick:()=>r({threads:!t.threads,zoom:""}),children:"Th\
reads"}),h(Qd,{state:t,tree:e,found:n,set:r,onNext:o}),h(Jd,{state:t,interval:i})]})}function Qd({state:t,tree:e,found:n,set:i,onNext:r}){let o=Li(t.q).wrong,l=t.
q===""?"":o?"no expression":!n||!e?"":n.boxes===0?"nothing found":pt(n.sum,e.total[0]);return h("div",{class:"search"+(l===""?"":" told")+(o||n?.boxes===0?" wro\
ng":""),children:[h("input",{id:"search",type:"search",placeholder:"Search: text or /regex/",value:t.q,spellcheck:!1,"aria-label":"Search",title:"/ or Ctrl-F; E\
nter goes to the next box",onInput:u=>i({q:u.currentTarget.value},"replace"),onKeyDown:u=>{u.key==="Enter"&&r(u.shiftKey?-1:1)}}),h("span",{class:"found",role:"\
status",title:n&&n.boxes>0?rn(n.boxes,"box","boxes"):"",children:l})]})}function $u({state:t,set:e}){return h(Xe,{children:[h(Gu,{label:"colour by",title:"What \
a colour means (c)",value:t.colour,onChange:n=>e({colour:n},"replace"),options:[["module","module"],["language","language"],["hash","function"]]}),h("button",{class:"\
toggle",title:"Turn it upside down (i)",onClick:()=>e({up:!t.up},"replace"),children:t.up?"Icicle":"Flame"})]})}function Zu({tree:t,node:e,onZoom:n}){let i=Lo(t,
e),r=Math.max(0,i.length-6);return e===0?h("div",{class:"crumbs quiet",children:"Click a box to zoom, double-click for its callers and callees."}):h("nav",{class:"\
crumbs","aria-label":"Zoomed to",children:i.map((o,l)=>{if(l>0&&l<=r)return null;let u=t.name[o],c=t.names.fn[u]||t.names.text[u];return h("span",{class:"crumb",
children:[l>0&&h("i",{children:r>0&&l===r+1?"› … ›":"›"}),h("button",{title:Ne(t.names.text[u]),"aria-current":o===e,onClick:()=>n(o),children:h("bdi",{
children:Ne(c,80)})})]},o)})})}var Xd={cpu:"of CPU",wall:"of threads' time",gil:"with the GIL"},eh=.05,th=.95;function Ju({tree:t}){let{meta:e}=t,{mode:n}=e,i=kn(
t,t.total[0]),r=Object.entries(e.lost),o=r.reduce((c,[,p])=>c+p,0),l=o>eh*(e.looks+o),u=[i!==null?Qn(i)+" "+(Xd[n]??n):ft(t.total[0])+" "+e.unit,i!==null&&!!e.duration&&
dt(i/e.duration)+(n==="wall"?" threads":" cores")+" over "+Xn(e.duration),e.from!==null&&e.until!==null&&(lr(e.from)===lr(Date.now()/1e3)?"":lr(e.from)+" ")+ht(
e.from)+"–"+ht(e.until),rn(e.looks,"look")+(e.rateAsked?" at "+dt(e.rateAsked)+" Hz":"")+(e.rateReached&&e.rateAsked&&e.rateReached<.98*e.rateAsked?" ("+dt(e.
rateReached)+" reached)":"")];return h("div",{class:"facts",children:[u.filter(c=>c!==!1).map(c=>h("span",{children:c},c)),o>0&&h("span",{class:l?"warn":"",title:r.
map(([c,p])=>c+" "+ft(p)).join(`
`)+`
Lost looks are counted, never guessed.`,children:[ft(o)," lost"]}),e.coverage!==null&&e.coverage<.9995&&h("span",{class:e.coverage<th?"warn":"",title:"How much \
of the interval there are data of",children:[pt(e.coverage,1)," covered"]})]})}var Sl=[60,300,900,3600,6*3600,86400];function nh({state:t,window:e,set:n}){let i=Sl.includes(t.span)?Sl:[...Sl,t.span].sort((r,o)=>r-o);return h("div",{class:"\
range",children:[h("label",{class:"choice",title:"How long the timeline is",children:[h("span",{children:"last"}),h("select",{value:t.span,onChange:r=>n({span:Number(
r.currentTarget.value),from:null,until:null}),children:i.map(r=>h("option",{value:r,children:Xn(r)},r))})]}),e&&h("span",{class:"quiet until",children:["until ",
ht(e[1])]}),t.end!==null&&h("button",{class:"small",title:"As new as there is (r)",onClick:()=>n({end:null,from:null,until:null}),children:"Now"})]})}function ih(t){
let{state:e}=t;return h("header",{class:"top",children:[h("button",{class:"icon side-button","aria-label":"Services",title:"Services",onClick:t.onSide,children:h(
"svg",{width:"16",height:"16",viewBox:"0 0 16 16","aria-hidden":"true",children:h("path",{d:"M2 4h12M2 8h12M2 12h12"})})}),h("span",{class:"brand",children:[h("\
svg",{width:"18",height:"18",viewBox:"0 0 18 18","aria-hidden":"true",children:[h("path",{class:"b1",d:"M1 1h16v4H1z"}),h("path",{class:"b2",d:"M1 6.5h10v4H1z"}),
h("path",{class:"b3",d:"M3 12h5v4H3z"})]}),"scrape"]}),t.host&&h("span",{class:"host",title:"The machine that is looked at",children:h("bdi",{children:Se(t.host)})}),
h("span",{class:"gap"}),h(nh,{state:e,window:t.window,set:t.set}),h("button",{class:"live"+(e.live?" on":""),"aria-pressed":e.live,title:"Follow what happens no\
w (l)",onClick:t.onLive,children:[h("i",{}),"Live"]}),h("button",{class:"icon",title:"Light or dark (d)","aria-label":"Light or dark",onClick:t.onTheme,children:h(
"svg",{width:"16",height:"16",viewBox:"0 0 16 16","aria-hidden":"true",children:t.dark?h("path",{d:"M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8 .8v1.6M8 1\
3.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1"}):h("path",{d:"M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z"})})}),h("b\
utton",{class:"icon",title:"Keys (?)","aria-label":"Keys",onClick:t.onHelp,children:"?"}),h("div",{class:"progress"+(t.busy?" on":"")})]})}function rh(t){let{state:e,
tree:n,set:i}=t,r=t.dark?ei.dark:ei.light,o=Ke(()=>Cs(n.names,e.colour),[n,e.colour]),l={tree:n,colours:o,paint:r,sort:e.sort,query:e.q,onSort:c=>i({sort:c},"re\
place")},u=c=>i({view:"sandwich",fn:n.names.text[c]});return e.view==="table"?h(gr,{...l,chosen:-1,onPick:u}):e.view==="sandwich"?h(fa,{...l,fn:e.fn,onFn:c=>i({
fn:c}),keys:t.keys}):h(Xe,{children:[h("div",{class:"under",children:[h(Zu,{tree:n,node:t.node,onZoom:t.onZoom}),h($u,{state:e,set:i})]}),h(fr,{tree:n,colours:o,
paint:r,hits:t.hits,up:e.up,node:t.node,keys:t.keys,label:"Flame graph; the same numbers are in the top table",onZoom:t.onZoom,onPick:c=>u(n.name[c])})]})}function Qu(){
let[,t]=wo(F=>F+1,0),[e,n]=et(!1),[i,r]=et(!1),{store:o,loader:l}=Ke(()=>({store:new vr,loader:new dr(()=>t(0))}),[]),u=Ce(null),c=Ce(null),{state:p}=o,m=l.targets.
value,g=l.profile.value,w=_r(),b=l.window(p),y=l.interval(p),S=(F,he="push")=>o.set(F,he);ot(()=>{let F=()=>{t(0),l.show(o.state)},he=me=>c.current&&Ws(me,c.current);
return ga(()=>t(0)),o.listen(F),document.addEventListener("keydown",he),F(),()=>document.removeEventListener("keydown",he)},[]);let x=Ke(()=>g?mr(g,p.q):null,[g,
p.q]),M=Ke(()=>g?Math.max(0,Is(g,p.zoom)):0,[g,p.zoom]),k=l.spark.value,E=p.services.join("\0"),A=Ke(()=>ar(m?[...p.services,...qo(m,k).map(F=>F.name)]:[]),[m,k,
E]),j=F=>g&&S({zoom:zs(g,F)}),D=()=>S(p.live?{live:!1,end:b?.[1]??null}:{live:!0,end:null,from:null,until:null}),K=()=>{ba(),t(0)},W=()=>{p.end!==null&&S({end:null}),
l.reload()},Z=F=>{if(!y||!b)return;let he=F*(y[1]-y[0]);p.from!==null&&y[0]+he>=b[0]&&y[1]+he<=b[1]?S({from:y[0]+he,until:y[1]+he}):p.from===null&&b[1]+he<=(m?.
watermark??0)+p.span&&S({end:Math.min(b[1]+he,m?.watermark??1/0),live:!1})};c.current={state:p,flame:u.current,interval:y,set:S,live:D,reload:W,shift:Z,turnTheme:K,
help:()=>n(!0),zoomOut:()=>j(g&&M>0?g.parent[M]:0)};let q=p.services.length>0?p.services.map(F=>Se(F)||"(no name)").join(", "):p.pids.length>0?"pid "+p.pids.join(
", "):m?.host??"";document.title=(q?Se(q)+" · ":"")+"scrape";let L=[l.targets,l.timeline,l.profile].some(F=>F.loading),B=()=>{l.reload()},N=h(ih,{state:p,host:m?.
host??"",window:b,set:S,dark:w,busy:L,onLive:D,onTheme:K,onHelp:()=>n(!0),onSide:()=>r(!i)}),Y=e&&h(Us,{onClose:()=>n(!1)});if(!m||m.targets.length===0||m.watermark<=
0)return h("div",{class:"app bare",children:[N,h("main",{children:l.targets.failure?h(Oo,{failure:l.targets.failure,onRetry:B}):m?m.targets.length===0?h(Js,{onRetry:B}):
h(Xs,{step:m.step}):h(Io,{what:"Asking what is looked at"})}),Y]});let O=l.targets.failure??l.profile.failure??l.timeline.failure??l.spark.failure,Q=g!==null&&!(g.
total[0]>0);return h("div",{class:"app"+(i?" side-open":""),children:[N,h(pa,{targets:m,spark:k,services:p.services,pids:p.pids,colours:A,onServices:F=>S({services:F,
pids:[],zoom:""}),onPids:F=>S({pids:F,services:[],zoom:""})}),h("main",{onClick:()=>i&&r(!1),children:[h(ju,{data:l.timeline.value,by:p.pids.length>0?"pid":"ser\
vice",colours:A,mode:p.mode,window:b,interval:p.from!==null?y:null,step:m.step,dark:w,onInterval:F=>S(F?{from:F[0],until:F[1],live:!1,end:b[1]}:{from:null,until:null})}),
h(Yu,{state:p,tree:g,found:x,interval:y,set:S,onNext:F=>u.current?.nextHit(F)}),O&&g&&h(na,{failure:O,onRetry:B}),g&&!Q&&h(Ju,{tree:g}),h("div",{class:"picture"+
(l.profile.loading&&g&&!p.live?" old":""),children:g&&!Q?h(rh,{state:p,tree:g,dark:w,set:S,node:M,hits:x?.hits??null,onZoom:j,keys:F=>{u.current=F,c.current&&(c.
current.flame=F)}}):g?h(ia,{state:p,set:S}):O?h(Oo,{failure:O,onRetry:B,onReset:()=>S({services:[],pids:[],from:null,until:null,end:null})}):h(Io,{what:"Adding \
up what was seen"})})]}),Y]})}function Xu({message:t}){return h("div",{class:"app bare",children:h("main",{children:h(li,{title:"This page has a fault",kind:"tr\
ouble",children:[h("p",{class:"said",children:Se(t)}),h("p",{children:h("button",{onClick:()=>location.assign(location.pathname),children:"Start over"})})]})})})}var ec=document.getElementById("app");window.addEventListener("error",t=>{t.error&&t.filename===import.meta.url&&ho(h(Xu,{message:String(t.message)}),ec)});ho(h(
Qu,{}),ec);
