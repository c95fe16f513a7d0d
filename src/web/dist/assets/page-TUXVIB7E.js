/* SPDX-License-Identifier: MIT */
/* Made of src/web by make page; with preact and uPlot, see licenses.txt. */
var xe,ja,Gd,Hn,Ps,Yr,Ya,Vr,$a,Ls,Es,jd,ur=Symbol.for("pv"),$r={},Zr=[],Yd=/^m(i|n|o|s|text|space)$/,Fs=Array.isArray,Za=Zr.slice,no=Object.assign;function to(e){
e&&e.parentNode&&e.remove()}function Kr(e,t,n,o,r){var i={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:ur,__v:r||++ja,__i:-1,__u:0};return!r&&xe.vnode&&xe.
vnode(i),i}function he(e){return e.children}function Gr(e,t){this.props=e,this.context=t,this.__g=0}function Rn(e,t){if(t==null)return e.__&&Rn(e.__,e.__i+1);for(var n;t<e.
__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:Rn(e)}function $d(e){var t,n=e.__v,o=n.__e,r=[],i=[],s=e.__P;
s&&((t=no({constructor:ur},n)).__v=n.__v+1,xe.vnode&&xe.vnode(t),Ns(s,t,n,e.__n,s.namespaceURI,32&n.__u?[o]:null,r,o||Rn(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=
t,nc(r,t,i),n.__=n.__e=null,t.__e!=o&&Ja(t))}function Ja(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),
Ja(e)}function Ka(e){(8&e.__g||(e.__g|=8,Hn.push(e),Yr++))&&Ps==xe.debounceRendering||((Ps=xe.debounceRendering)||queueMicrotask)(Xa)}function Xa(){try{for(var e,
t=1;Hn.length;)Hn.length>t&&Hn.sort(Ya),e=Hn.shift(),t=Hn.length,8&e.__g&&$d(e)}finally{(Yr=Hn.length)&&(Ps||queueMicrotask)(Xa)}}function Qa(e,t,n,o,r,i,s,a,u,c,p){
var h,w,g,x,M,S,k=o.__k||Zr,_=t.length;for(u=Zd(n,t,k,u,_),h=0;h<_;h++)(g=n.__k[h])!=null&&(w=~g.__i&&k[g.__i]||$r,g.__i=h,S=Ns(e,g,w,r,i,s,a,u,c,p),x=g.__e,(w.
ref!=g.ref||8&w.__u)&&(w.ref&&Hs(w.ref,null,g,w),g.ref&&p.push(g.ref,g.__c||x,g)),M=M||x,4&g.__u?(u=ec(g,u,e,!w.__v),w.__e&&(w.__e=null)):typeof g.type=="functi\
on"&&S!==void 0?u=S:x&&(u=x.nextSibling),g.__u&=-21);return n.__e=M,u}function Zd(e,t,n,o,r){var i,s,a,u,c,p,h,w,g,x=n.length,M=x,S=0,k=0,_=e.__k=Array(r);for(i=
0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=_[i]=Kr(null,s):Fs(s)?s=_[i]=Kr(he,{children:s}):
s.constructor===ur&&s.__b?s=_[i]=Kr(s.type,s.props,s.key,s.ref,s.__v):_[i]=s,u=i+S,s.__=e,s.__b=e.__b+1,a=null,~(c=s.__i=Jd(s,n,u,M))&&(M--,(a=n[c])&&(a.__u|=2)),
a&&a.__v?(s.__u|=16,c==u-1?S--:c==u+1?S++:c!=u&&(c>u?S--:S++,k=1)):(~c||(r>x?S--:r<x&&S++),typeof s.type!="function"&&(s.__u|=4))):_[i]=null;if(k){for(p=[],h=[],
i=0;i<r;i++)if((s=_[i])&&16&s.__u){for(S=0,w=p.length;S<w;)p[g=S+w>>1]<s.__i?S=g+1:w=g;p[S]=s.__i,h[i]=S+1}for(S=p.length;i--;)h[i]&&(h[i]==S?S--:_[i].__u|=4)}if(M)
for(i=0;i<x;i++)!(a=n[i])||2&a.__u||(a.__e==o&&(o=Rn(a)),Rs(a,a));return o}function ec(e,t,n,o){var r,i,s,a;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=ec(r[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=Rn(e))&&!t.parentNode&&(t=null),s=e.__e,a=t;a&&a.nodeType==
8;)a=a.nextSibling;for(s!=a&&(!o&&n.moveBefore&&s.parentNode?n.moveBefore(s,t):n.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(
"$s"););return t}function Jd(e,t,n,o){var r,i=e.key,s=e.type,a=t[n],u=a&&!(2&a.__u);if(a===null&&i==null||u&&i==a.key&&s==a.type)return n;if(o>(u?1:0)){for(r=n-1;r>=0;r--)if((a=
t[r])&&!(2&a.__u)&&i==a.key&&s==a.type)return r;for(r=n+1;r<t.length;r++)if((a=t[r])&&!(2&a.__u)&&i==a.key&&s==a.type)return r}return-1}function Ga(e,t,n){n==null&&
(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function Br(e,t,n,o,r){var i,s;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Ga(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Ga(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),
typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(s=Es[t]||(Es[t]=Xd(t)),(e.__a||(e.__a={}))[t]=Ls,i=t!=(t=t.replace($a,"$1")),(t=t.slice(2))[0]<"a"&&
(t=t.toLowerCase()),n?e.addEventListener(t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)
try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function Xd(e){
return function(t){var n=this.__e;if(n){if(n=n[e],t[Vr]==null)t[Vr]=Ls++;else if(t[Vr]<this.__a[e])return;return n(xe.event?xe.event(t):t)}}}function Ns(e,t,n,o,r,i,s,a,u,c){
var p,h,w,g,x,M,S,k,_,A,C,U,H,F,q,Y,j,E,$=t.type;if(t.constructor!==ur)return null;128&n.__u&&(u=32&n.__u,p=n.__c.__z)&&(t.__u|=u,h=i=[],p.nodeType==8?a=jr(p,i):
i.push(p),a=i[0]||a),(p=xe.__b)&&p(t);e:if(typeof $=="function"){w=s.length;try{if(k=t.props,_=(p=$.prototype)&&p.render,A=(p=$.contextType)&&o[p.__c],C=p?A?A.props.
value:p.__:o,(g=n.__c)?(t.__c=g,2&g.__g&&(g.__g|=1)):(_?t.__c=g=new $(k,C):(t.__c=g=new Gr(k,C),g.constructor=$,g.render=eh),A&&A.sub(g),g.state||(g.state={}),g.
__n=o,g.__g|=8,g.__h=[],g.__k=[]),_&&(g.__s||(g.__s=g.state),$.getDerivedStateFromProps&&(g.__s==g.state&&(g.__s=no({},g.__s)),no(g.__s,$.getDerivedStateFromProps(
k,g.__s)))),x=g.props,M=g.state,g.__v=t,n.__c){if(k!==x&&_&&!$.getDerivedStateFromProps&&g.componentWillReceiveProps&&g.componentWillReceiveProps(k,C),t.__v==n.
__v&&!(8&g.__g)||!(4&g.__g)&&g.shouldComponentUpdate&&g.shouldComponentUpdate(k,g.__s,C)===!1){t.__v!=n.__v&&(g.props=k,g.state=g.__s,g.__g&=-9),t.__e=n.__e,t.__k=
n.__k,t.__k.some(function(R){R&&(R.__=t)}),Zr.push.apply(g.__h,g.__k),g.__k=[],g.__h.length&&s.push(g),a=Rn(n);break e}g.componentWillUpdate&&g.componentWillUpdate(
k,g.__s,C),_&&g.componentDidUpdate&&g.__h.push(function(){g.componentDidUpdate(x,M,S)})}else _&&!$.getDerivedStateFromProps&&g.componentWillMount&&g.componentWillMount(),
_&&g.componentDidMount&&g.__h.push(g.componentDidMount);g.context=C,g.props=k,g.__P=e,g.__g&=-5,U=xe.__r,H=_?25:0;do g.__g&=-9,U&&U(t),p=g.render(g.props,g.state=
g.__s,g.context);while(8&g.__g&&++H<25);_&&(Zr.push.apply(g.__h,g.__k),g.__k=[]),g.state=g.__s,g.getChildContext&&(o=no({},o,g.getChildContext())),_&&n.__c&&g.getSnapshotBeforeUpdate&&
(S=g.getSnapshotBeforeUpdate(x,M)),F=p&&p.type===he&&p.key==null?p.props.children:p,k.__P&&(p=a,r=(e=k.__P).namespaceURI,u=i=null,n.props&&n.props.__P!=e&&(n.__k.
some(function(R){R&&Rs(R,R)}),n.__k=null),a=n.__k?Rn(n,0):null),a=Qa(e,Fs(F)?F:[F],t,n,o,r,i,s,a,u,c),k.__P&&(t.__e=null,a=p),t.__u&=-161,h&&h.some(to),g.__h.length&&
s.push(g),1&g.__g&&(g.__g&=-4)}catch(R){if(s.length=w,t.__v=null,u||i)if(R&&R.then){if(t.__u|=128|u,i){for(~(j=i.indexOf(a||void 0))||(j=i.length);(E=i[j-1])&&E.
nodeType==8;)j--;for(;j<i.length;j++)if(E=i[j])if(i[j]=null,q){if(E==Y)break}else{if(E.nodeType!=8)break;E.data.startsWith("$s")&&(Y=jr(q=E))}}if(!q){for(;a&&a.
nodeType==8&&a.nextSibling;)a=a.nextSibling;q=a}(p=jr(q=t.__c.__z||(t.__c.__z=q)))?(t.__e=q,a=p):t.__e=a,a=a&&a.nextSibling}else i&&i.some(to);else t.__e=n.__e;
t.__k||(t.__k=n.__k||[]),R&&R.then||tc(t),xe.__e(R,t,n)}}else a=t.__e=Qd(n.__e,t,n,o,r,i,s,u,c,e);return(p=xe.diffed)&&p(t),a}function jr(e,t){if(e&&e.nodeType==
8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(
e)}}function tc(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(tc))}function nc(e,t,n){for(var o=0;o<n.length;)Hs(n[o++],n[o++],n[o++]);xe.__c&&xe.__c(t,e),e.some(
function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){xe.__e(i,r.__v)}})}function Qd(e,t,n,o,r,i,s,a,u,c){var p,h,w,g,x,M,S,k,_=n.props||$r,A=t.
props,C=t.type;if(C=="svg"?r="http://www.w3.org/2000/svg":C=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xhtml"),i){for(p=0;p<i.
length;p++)if((x=i[p])&&(C?x.localName==C:x.nodeType==3)){e=x,i[p]=null;break}}if(!e){if(k=c.ownerDocument||document,!C)return k.createTextNode(A);e=k.createElementNS(
r,C,A.is?A:c),a&&(xe.__m&&xe.__m(t,i),a=!1),i=null}if(C){if(c=C=="template"&&e.content||e,i=C=="textarea"&&A.defaultValue!=null?null:i&&Za.call(c.childNodes),!a&&
i)for(_={},p=0;p<e.attributes.length;p++)_[(x=e.attributes[p]).name]=x.value;for(p in _)x=_[p],p=="dangerouslySetInnerHTML"?w=x:p=="children"||p in A||p=="value"&&
"defaultValue"in A||p=="checked"&&"defaultChecked"in A||Br(e,p,null,x,r);for(p in A)x=A[p],p=="children"?g=x:p=="dangerouslySetInnerHTML"?h=x:p=="value"?M=x:p==
"checked"?S=x:a&&typeof x!="function"||_[p]===x||Br(e,p,x,_[p],r);h?(a||w&&(h.__html==w.__html||h.__html==e.innerHTML)||(e.innerHTML=h.__html),t.__k=[]):(w&&(e.
textContent=""),(C=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Yd.test(C))&&(r="http://www.w3.org/1999/xhtml"),Qa(c,Fs(g)?g:[g],t,n,o,r,i,s,i?i[0]:
n.__k&&Rn(n,0),a,u),i&&i.some(to)),a&&C!="textarea"||(p="value",C=="progress"&&M==null?e.removeAttribute(p):M==null||M===e[p]&&(C!="progress"||M)||Br(e,p,M,_[p],
r),p="checked",S!=null&&S!=e[p]&&Br(e,p,S,_[p],r))}else _===A||a&&e.data==A||(e.data=A);return e}function Hs(e,t,n,o){try{typeof e=="function"?t?t.__x=e(t)||1:o&&
(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){xe.__e(r,n)}}function Rs(e,t,n){var o,r,i,s;if(xe.unmount&&xe.unmount(
e),!(o=e.ref)||o.current&&o.current!=e.__e||Hs(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(a){xe.__e(a,t)}o.__P=o.__n=null}
if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&Rs(o[s],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(r=jr(o,i=[]))&&(o==e.__e&&i.some(to),to(
r),to(o)),n||to(e.__e),e.__e=e.__c=e.__=null}function eh(e,t,n){return this.constructor(e,n)}function zs(e,t){var n,o,r,i;xe.__&&xe.__(e,t),t.nodeType==9&&(t=t.
documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=Kr(he,{children:[e]}),r=[],i=[],Ns(t,t.__k,o||$r,$r,t.namespaceURI,o?null:t.firstChild?Za.call(t.childNodes):
null,r,o?o.__e:t.firstChild,n,i),nc(r,t.__k,i),t.__k.props.children=null}xe={__e:function(e,t,n,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(
e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(a){e=a}}throw Yr=0,e}},ja=0,Gd=function(e){return e!=null&&e.
constructor===ur},Gr.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=no({},this.state)),typeof e=="function"&&(e=e(no({},n),this.props)),
e&&(no(n,e),this.__v&&(t&&this.__k.push(t),Ka(this)))},Gr.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Ka(this))},Gr.prototype.render=
he,Hn=[],Yr=0,Ya=function(e,t){return e.__v.__b-t.__v.__b},Vr=Symbol(),$a=/(PointerCapture)$|Capture$/i,Ls=0,Es={},jd=0;var Ho,Be,Ds,oc,Os=Object.is,Jr=0,pc=[],Is=[],We=xe,rc=We.__b,ic=We.__r,sc=We.diffed,lc=We.__c,ac=We.unmount,cc=We.__;function Xr(e,t){We.__h&&We.__h(Be,e,Jr||t),
Jr=0;var n=Be.__H||(Be.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function Q(e){return Jr=1,Us(dc,e)}function Us(e,t,n){var o=Xr(Ho++,2);if(o.
t=e,!o.__c&&(o.__=[n?n(t):dc(void 0,t),function(i){var s=(o.__N||o.__)[0],a=o.t(s,i);Os(s,a)||(o.__N=[a,o.__[1]],o.__c.setState({}))}],o.__c=Be,!Be.__f)){Be.__f=
!0;var r=Be.shouldComponentUpdate;Be.shouldComponentUpdate=function(i,s,a){var u=this.__H;if(!u)return!0;var c=!1,p=this.props!=i;if(u.__.some(function(w){w.__N&&
(c=!0,Os(w.__[0],w.__N[0])||(p=!0))}),r){var h=r.call(this,i,s,a);return c?h||p:h}return!c||p}}return o.__}function De(e,t){var n=Xr(Ho++,3);!We.__s&&Bs(n.__H,t)&&
(n.__P=!0,n.__=e,n.u=t,Be.__H.__h.push(n))}function qs(e,t){var n=Xr(Ho++,4);!We.__s&&Bs(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,Be.__h.push(n))}function me(e){return Jr=
5,ce(function(){return{current:e}},[])}function ce(e,t){var n=Xr(Ho++,7);return Bs(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function th(){var e;do{for(;e=Is.shift();)try{fr(e)}catch(n){We.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=pc.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(fr),t.__h.
some(Ws),t.__h=[]}catch(n){t.__h=[],We.__e(n,e.__v)}}}while(Is.length)}We.__b=function(e){Be=null,rc&&rc(e)},We.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.
__m),cc&&cc(e,t)},We.__r=function(e){ic&&ic(e),Ho=0;var t=(Be=e.__c).__H;t&&(Ds==Be?Be.__h=[]:(t.__h.some(fr),t.__h.some(Ws),Ho=0),t.__h=[],t.__.some(function(n){
n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),Ds=Be},We.diffed=function(e){sc&&sc(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&fc(pc.push(t)),t.__H.__.some(function(n){
n.u&&(n.__H=n.u)})),Ds=Be=null},We.__c=function(e,t){t.some(function(n){try{n.__h.some(fr),n.__h=n.__h.filter(function(o){return!o.__||Ws(o)})}catch(o){n.__h=[function(){
throw o}]}}),lc&&lc(e,t)},We.unmount=function(e){ac&&ac(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,fc(Is.push(r))}else fr(r)}catch(i){t=i}}),o.__H=void 0,t&&We.__e(t,o.__v))};var uc=typeof requestAnimationFrame==
"function";function nh(e){var t,n=function(){clearTimeout(o),uc&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);uc&&(t=requestAnimationFrame(n))}function fc(e){
e!=1&&oc==We.requestAnimationFrame||((oc=We.requestAnimationFrame)||nh)(th)}function fr(e){var t=Be,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),Be=t}function Ws(e){
var t=Be;e.__c=e.__(),Be=t}function Bs(e,t){return!e||e.length!=t.length||t.some(function(n,o){return!Os(n,e[o])})}function dc(e,t){return typeof t=="function"?
t(e):t}var oh=Symbol.for("pv"),rh=0;function l(e,t,n,o,r,i){t||(t={});var s,a,u=t;if("ref"in u&&typeof e!="function")for(a in u={},t)a=="ref"?s=t[a]:u[a]=t[a];var c={type:e,props:u,key:n,ref:s,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:oh,__v:--rh,__i:-1,__u:0};return(r||i)&&(c.__source=r,c.__self=i),xe.vnode&&xe.vnode(c),c}function zn({label:e,title:t,kind:n="",children:o,onOpen:r}){let i=me(null),s=()=>{i.current&&(i.current.open=!1)};return De(()=>{let a=c=>{i.current?.contains(
c.target)||s()},u=c=>{c.key!=="Escape"||!i.current?.open||(s(),i.current.querySelector("summary")?.focus(),c.stopPropagation(),c.preventDefault())};return document.
addEventListener("pointerdown",a,!0),document.addEventListener("keydown",u,!0),()=>{document.removeEventListener("pointerdown",a,!0),document.removeEventListener(
"keydown",u,!0)}},[]),l("details",{class:"menu "+n,ref:i,children:[l("summary",{title:t,onClick:()=>i.current?.open||r?.(),children:e}),l("div",{class:"menu-lis\
t",children:o(s)})]})}function Vs(e){return e.startsWith("~")?"~^"+e.replace(/[.*+?^${}()|[\]\\]/g,"\\$&")+"$":e}function pr(e,t,n,o,r){for(let i of n)e.append(t+"service",Vs(i));for(let i of o)
e.append(t+"host",Vs(i));for(let[i,s]of r)e.append(t+"label."+i,Vs(s))}function Qr(e){let t=new URLSearchParams;for(let n of e.pids)t.append("pid",String(n));return pr(
t,"",e.pids.length===0?e.services:[],e.hosts,e.labels),t}function Dn([e,t],n){return"from="+e+"&until="+t+(n?"&step="+n:"")}function ei(e,t,n){let o=Qr(e);return o.
append("format",n),o.append("mode",e.mode),o.append("merge",e.merge),e.threads&&o.append("threads","1"),o.append("from",String(t[0])),o.append("until",String(t[1])),
o.append("max_nodes",String(1e5)),"api/v1/profile?"+o.toString()}function dr(e,t){return e.baseFrom!==null&&e.baseUntil!==null?[e.baseFrom,e.baseUntil]:t}function ti(e,t){
let n=Qr(e),o=dr(e,t);return pr(n,"base_",e.baseServices,e.baseHosts,e.baseLabels),n.append("mode",e.mode),n.append("merge",e.merge),n.append("from",String(t[0])),
n.append("until",String(t[1])),n.append("base_from",String(o[0])),n.append("base_until",String(o[1])),n.append("max_nodes",String(1e5)),"api/v1/diff?"+n.toString()}
function hr(e){return e.fn.replace(/ \([^()]*\)$/,"")}function en(e){return e.by!==""&&(e.by!=="function"||e.fn!=="")?e.by:e.pids.length>0?"pid":"service"}var ni=360;
function hc(e,t,n){let o=Qr(e);return en(e)==="function"?(o.append("function",hr(e)),o.append("value","total"),o.append("unit",e.unit)):o.append("by",en(e)),o.append(
"mode",e.mode),"api/v1/timeline?"+o.toString()+"&"+Dn(t,n)}function mc(e,t,n){let o=new URLSearchParams("by=service&mode=cpu");return pr(o,"",[],e.hosts,e.labels),
"api/v1/timeline?"+o.toString()+"&"+Dn(t,n)}function gc(e,t,n,o,r,i){let s=new URLSearchParams({function:n,value:"self",unit:o,mode:"cpu"});return pr(s,"",[t],e.
hosts,[]),"api/v1/timeline?"+s.toString()+"&"+Dn(r,i)}function bc(e,t){let n=Qr(e);return n.append("mode",e.mode),"api/v1/heatmap?"+n.toString()+"&"+Dn(t)}function wc(e,t){
let n=new URLSearchParams;return pr(n,"",e.services,e.hosts,[]),n.append("limit","200"),"api/v1/regressions?"+n.toString()+"&"+Dn(t)}function vc(e){return"api/v\
1/annotations?"+Dn(e)}function oi(e){return"api/v1/targets"+(e?"?"+Dn(e):"")}function Ks(e,t){return"api/v1/labels/"+encodeURIComponent(e)+"/values?"+Dn(t)}var ih=[
10,20,30,60,120,300,600,900,1800,3600,7200,10800,21600,43200,86400,172800,604800];function Ro(e,t,n){let o=e/n;return ih.find(r=>r>=o&&r%t===0)??t*Math.max(1,Math.
ceil(o/t))}var ii={services:[],hosts:[],labels:[],pids:[],span:3600,end:null,from:null,until:null,baseFrom:null,baseUntil:null,baseServices:[],baseHosts:[],baseLabels:[],live:!1,
utc:!1,mode:"cpu",merge:"function",threads:!1,view:"flame",chart:"line",by:"",unit:"cores",colour:"module",up:!1,sort:"self",q:"",focus:"",ignore:"",nostd:!1,norec:!1,
cores:!1,width:"both",value:"self",order:"change",finding:"",fn:"",zoom:""},_c={mode:["cpu","wall","gil"],merge:["function","line","module"],view:["flame","tabl\
e","sandwich","regressions","hosts"],chart:["line","heat"],unit:["cores","share"],colour:["module","language","hash"],sort:["self","total","name"],width:["both",
"now","base"],value:["self","total"],order:["change","base","now","name"]},kc=["by","q","focus","ignore","finding","fn"],Sc=["live","utc","threads","up","nostd",
"norec","cores"],js=10,zo=366*86400,Gs="label.";function mr(e,t,n){let o=e!==null&&/^[0-9]{1,12}(\.[0-9]{1,9})?$/.test(e)?Number(e):NaN;return o>=t&&o<=n?o:null}
function xc(e,t,n){let o=mr(e.get(t),0,1e11),r=mr(e.get(n),1,1e11);return o===null||r===null||o>=r?[null,null]:[o,r]}function yc(e,t){let n=[...e].filter(([o])=>o.
startsWith(t+Gs)).map(([o,r])=>[o.slice(t.length+Gs.length),r]);return n.filter(([o,r],i)=>o!==""&&n.findIndex(([s,a])=>s===o&&a===r)===i)}function si(e){let t=new URLSearchParams(
e.replace(/^#/,"")),n={...ii},o=r=>[...new Set(t.getAll(r))];n.services=o("service"),n.hosts=o("host"),n.labels=yc(t,""),n.baseServices=o("base_service"),n.baseHosts=
o("base_host"),n.baseLabels=yc(t,"base_"),n.pids=o("pid").map(r=>mr(r,1,2**31)).filter(r=>r!==null).map(Math.floor),n.span=Math.round(mr(t.get("span"),js,zo)??ii.
span),n.end=mr(t.get("end"),1,1e11),[n.from,n.until]=xc(t,"from","until"),[n.baseFrom,n.baseUntil]=xc(t,"base_from","base_until");for(let[r,i]of Object.entries(
_c))i.includes(t.get(r)??"")&&Object.assign(n,{[r]:t.get(r)});for(let r of kc)n[r]=t.get(r)??"";for(let r of Sc)n[r]=t.has(r);return n.zoom=/^[0-9a-f]{8}$/.test(
t.get("zoom")??"")?t.get("zoom"):"",n}function ri(e){let t=new URLSearchParams,n=(i,s,a=null)=>{s!==null&&s!==a&&s!==""&&t.append(i,String(s))},o=(i,s)=>s.forEach(
a=>t.append(i,String(a)));for(let[i,s,a,u]of[["",e.services,e.hosts,e.labels],["base_",e.baseServices,e.baseHosts,e.baseLabels]]){o(i+"service",s),o(i+"host",a);
for(let[c,p]of u)t.append(i+Gs+c,p)}o("pid",e.pids);for(let i of["span","end","from","until"])n(i,e[i],ii[i]);n("base_from",e.baseFrom),n("base_until",e.baseUntil);
for(let i of[...Object.keys(_c),...kc,"zoom"])n(i,e[i],ii[i]);for(let i of Sc)n(i,e[i]?1:null);let r=t.toString();return r===""?"":"#"+r}function mt(e){return e.
baseFrom!==null||e.baseServices.length+e.baseHosts.length+e.baseLabels.length>0}var On={baseFrom:null,baseUntil:null,baseServices:[],baseHosts:[],baseLabels:[]};
function ai(e,t){let n=(c,p)=>c.length>0?[c,p]:[p,[]],[o,r]=n(e.baseServices,e.services),[i,s]=n(e.baseHosts,e.hosts),a=new Set(e.baseLabels.map(([c])=>c)),u=([
c])=>a.has(c);return{services:o,baseServices:r,hosts:i,baseHosts:s,zoom:"",labels:[...e.labels.filter(c=>!u(c)),...e.baseLabels],baseLabels:e.labels.filter(u),...e.
baseFrom!==null?{from:e.baseFrom,until:e.baseUntil,baseFrom:t[0],baseUntil:t[1]}:{}}}var sh=250,li=class{state=si(location.hash);listeners=[];timer=0;constructor(){
let t=()=>{clearTimeout(this.timer),this.timer=0,this.state=si(location.hash),this.tell("push")};window.addEventListener("popstate",t),window.addEventListener("\
hashchange",t)}listen(t){this.listeners.push(t)}tell(t){for(let n of this.listeners)n(t)}write(t){let n=location.pathname+location.search+ri(this.state);clearTimeout(
this.timer),this.timer=0,t==="push"?history.pushState(null,"",n):history.replaceState(null,"",n)}set(t,n="push"){let o={...this.state,...t},r=ri(this.state)===ri(
o);!r&&n!=="soon"&&this.timer!==0&&this.write("replace"),this.state=o,!r&&n==="soon"?(clearTimeout(this.timer),this.timer=window.setTimeout(()=>this.write("repl\
ace"),sh)):r||this.write(n),this.tell(n)}};function ci(e,t){let n={...e,live:!1,end:t[1],span:t[1]-t[0]};return location.origin+location.pathname+location.search+
ri(n)}var lh=/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\ufffb]/g;function N(e){return e.replace(lh,t=>{let n=t.charCodeAt(0);return n<32?String.fromCharCode(9216+n):n===127?"␡":"�"})}function O(e,t=400){if(e.length<=t)return e;
let n=/[\ud800-\udbff]/.test(e[t-1])?t-1:t;return e.slice(0,n)+"…"}var ah=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function ye(e){return ah.format(
e)}function ze(e,t,n=t+"s"){return ye(e)+" "+(e===1?t:n)}function Ne(e,t){let n=t>0?100*e/t:0;return n>0&&n<.01?"< 0.01 %":n.toFixed(n>=9.995?1:2)+" %"}function Ue(e){
let t=Math.abs(e);return t===0?"0":t<5e-4?"< 0.001":t>=99.95?ye(e):e.toFixed(t>=9.995?1:t>=.0995?2:3)}function xn(e,t){return t?Ne(e,1):Ue(e)}function Et(e){return(e>
0?"+":e<0?"−":"±")+Ue(Math.abs(e))}function tn(e){let t=Math.abs(100*e),n=e>0?"+":e<0?"−":"±";return t<.005?t>0?"< 0.01 pts":"0 pts":n+t.toFixed(t>=9.995?
1:2)+" pts"}function Do(e){return e>0&&e<.0995?ye(Math.max(1,e*1e3))+" ms":Ue(e)+" s"}var ch=new TextEncoder;function oo(e){let t=2166136261;for(let n of ch.encode(
e))t=Math.imul(t^n,16777619);return(t^t>>>15)>>>0}var ro=!1;function Tc(e){ro=e}var uh=e=>String(e).padStart(2,"0"),Bt=86400;function Ys(e){let t=new Date(e*1e3);return ro?t:new Date(t.getTime()-t.getTimezoneOffset()*
6e4)}function Lt(e){return Ys(e).toISOString().slice(11,19)}function xt(e){return Ys(e).toISOString().slice(0,10)}function se(e,t=Date.now()/1e3){return(xt(e)===
xt(t)?"":xt(e)+" ")+Lt(e).replace(/:00$/,"")}function ct(e,t){return xt(e)===xt(t-1)?se(e)+"–"+Lt(t).replace(/:00$/,""):se(e,0)+" – "+se(t,0)}function io(e=Date.
now()/1e3){let t=ro?0:-new Date(e*1e3).getTimezoneOffset(),n=Math.abs(t);return t===0?"UTC":"UTC"+(t<0?"−":"+")+Math.floor(n/60)+(n%60?":"+uh(n%60):"")}function tt(e){
let t=[],n=Math.round(e);for(let[o,r]of[[Bt,"d"],[3600,"h"],[60,"min"],[1,"s"]]){let i=Math.floor(n/o);n-=i*o,i>0&&t.length<2&&t.push(i+" "+r)}return t.join(" ")||
"0 s"}var fh={s:1,m:60,min:60,h:3600,d:Bt,w:7*Bt,y:365*Bt},Mc=/^-?([0-9]{1,7}(?:\.[0-9]+)?) *(s|m|min|h|d|w|y)(?:ec|econd|ute|our|ay|eek|ear)?s?(?: ago)?$/,ph=/^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)? *(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?$/i,
dh=/^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?$/;function $s(e,t){let[n,o,r,i,s,a]=e,u=Date.UTC(n,o-1,r,i,s,a),c=new Date(u);return c.getUTCMonth()!==o-1||c.getUTCDate()!==
r||i>24||s>59||a>60?null:(t?u:new Date(n,o-1,r,i,s,a).getTime())/1e3}function hh(e){let t=e[7],n=$s(e.slice(1,7).map(r=>Number(r??0)),ro||t!==void 0),o=/^([+-])(..):?(..)$/.
exec(t??"");return n===null||!o?n:n-(o[1]==="-"?-1:1)*(Number(o[2])*3600+Number(o[3])*60)}function gr(e,t){let n=e.trim();if(/^now$/i.test(n))return t;let o=Mc.
exec(n.toLowerCase());if(o)return t-Number(o[1])*fh[o[2]];if(/^[0-9]{9,11}(\.[0-9]+)?$/.test(n))return Number(n);let r=ph.exec(n);if(r)return hh(r);let i=dh.exec(
n);if(!i)return null;let s=$s([...xt(t).split("-").map(Number),Number(i[1]),Number(i[2]),Number(i[3]??0)],ro);return s!==null&&s>t?s-Bt:s}function Cc(e){return Mc.
test(e.trim().toLowerCase())}var mh="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");function ui(e,t){let n="";return e.map(o=>{let r=xt(o),i=mh[Number(
r.slice(5,7))-1]+" "+Number(r.slice(8)),s=r!==n,a=n!==""&&n.slice(0,4)!==r.slice(0,4),u=n==="";return n=r,t>=28*Bt?i.slice(0,3)+(a||u?" "+r.slice(0,4):""):t>=Bt||
s&&!u?i:t>=60?Lt(o).slice(0,5):Lt(o)})}var gh=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,10800,21600,43200,Bt,2*Bt,7*Bt];function bh(e,t,n){let o=Ys(e),r=[];
for(let i=Math.floor(o.getUTCMonth()/n)*n,s=0;s<40;s++,i+=n){let a=$s([o.getUTCFullYear()+Math.floor(i/12),i%12+1,1,0,0,0],ro);if(a>t)break;a>=e&&r.push(a)}return r}
function fi(e,t,n){let o=(t-e)/Math.max(1,n),r=gh.find(a=>a>=o);if(r===void 0)return{at:bh(e,t,[1,2,3,6,12].find(a=>a*30*Bt>=o)??12),step:30*Bt};let i=ro?0:-new Date(
e*1e3).getTimezoneOffset()*60,s=[];for(let a=Math.ceil((e+i)/r)*r-i;a<=t&&s.length<400;a+=r)s.push(a);return{at:s,step:r}}var wh=4,vh=3,xh=[[0,"Directly before","the same length, ending where this begins"],[86400,"1 day before","the same hours yesterday"],[7*86400,"1 week before","\
the same hours a week ago"]];function Zs([e,t],n){let o=n||t-e;return[e-o,t-o]}function br(e,t,n,o){let r=n[1]-o[0],i=n[1]-n[0];return{baseFrom:o[0],baseUntil:o[1],
from:t[0],until:t[1],live:!1,end:e.end??n[1],...o[0]<n[0]&&r<=vh*i?{span:Math.ceil(r+.05*i)}:{},view:e.view==="regressions"||e.view==="hosts"?"flame":e.view,zoom:""}}
function yh({state:e,services:t,hosts:n,labels:o}){let r=s=>s.map(a=>O(N(a),40)).join(", "),i=[{name:"service",base:e.baseServices[0]??"",now:r(e.services),values:t,
pick:s=>({baseServices:s?[s]:[]})},{name:"host",base:e.baseHosts[0]??"",now:r(e.hosts),values:n,pick:s=>({baseHosts:s?[s]:[]})}];for(let[s,a]of o){let u=c=>c.filter(
([p])=>p===s).map(([,p])=>p);i.push({name:s,base:u(e.baseLabels)[0]??"",now:r(u(e.labels)),values:a,pick:c=>({baseLabels:[...e.baseLabels.filter(([p])=>p!==s),...c?
[[s,c]]:[]]})})}return i.filter(({values:s,base:a})=>s.length>1||a!=="")}function _h(e){let{state:t,interval:n,window:o,set:r}=e,i=yh(e);return i.length===0?null:
l("div",{class:"others",children:[l("h3",{children:"The base is of another"}),i.map(({name:s,base:a,now:u,values:c,pick:p})=>l("label",{children:[l("span",{children:N(
s)}),l("select",{value:a,onChange:h=>r({from:n[0],until:n[1],live:!1,end:t.end??o[1],zoom:"",...p(h.currentTarget.value)}),children:[l("option",{value:"",children:"\
the same"+(u?" ("+O(u,30)+")":"")}),c.map(h=>l("option",{value:h,children:O(N(h),60)||"(no name)"},h))]})]},s))]})}function Ec(e){let{state:t,interval:n,window:o,
set:r}=e;return l(zn,{kind:"compare-menu",title:"With another interval, service, host or version (p: directly before)",onOpen:e.onOpen,label:"Compare",children:i=>l(
he,{children:[xh.map(([s,a,u])=>l("button",{class:"item",onClick:()=>{r(br(t,n,o,Zs(n,s))),i()},children:[l("b",{children:a}),l("span",{class:"quiet",children:u})]},
a)),e.notes.filter(s=>s.at>o[0]&&s.at<o[1]).slice(-wh).reverse().map(s=>l("button",{class:"item around",onClick:()=>{e.onAround(s),i()},children:[l("b",{children:[
"Around ",l("bdi",{children:O(s.text,32)||se(s.at)})]}),l("span",{class:"quiet",children:["30 minutes before and after ",se(s.at)]})]},s.id)),l("p",{class:"quie\
t",children:"Or drag one on the timeline with Shift."}),l(_h,{...e})]})})}function Ac({kind:e,name:t,at:n,filters:o}){return l("span",{class:"chip "+e,children:[
l("b",{children:t}),l("span",{class:"chip-when",children:ct(...n)}),l("span",{class:"quiet",children:tt(n[1]-n[0])}),o.map(r=>l("bdi",{children:O(r,60)},r))]})}
function Pc(e,t,n){return[...e,...t].map(o=>N(o)||"(no name)").concat(n.map(([o,r])=>N(o+"="+r)))}function Lc(e){let{state:t,interval:n,set:o}=e;if(!mt(t))return null;
let r=t.baseLabels.map(([s])=>s),i=t.labels.filter(([s])=>r.includes(s));return l("div",{class:"compare-bar",role:"group","aria-label":"Comparison",children:[l(
Ac,{kind:"base",name:"Base",at:dr(t,n),filters:Pc(t.baseServices,t.baseHosts,t.baseLabels)}),l("button",{class:"small",title:"Swap sides (x)",onClick:()=>o(ai(t,
n)),children:["⇄"," Swap"]}),l(Ac,{kind:"now",name:"Now",at:n,filters:Pc(t.baseServices.length>0?t.services:[],t.baseHosts.length>0?t.hosts:[],i)}),l("span",{
class:"gap"}),l("button",{class:"small",title:"No comparison (Esc)",onClick:()=>o({...On,finding:""}),children:"Clear"})]})}var ut=class extends Error{constructor(n,o,r=0){super(o);this.trouble=n;this.retry=r}trouble;retry},Fc=3,kh=60;async function Sh(e){try{let t=await e.json(),n=typeof t==
"object"&&t!==null?t.error:void 0;if(typeof n=="string")return n}catch{}return"The server answered with status "+e.status+"."}async function Th(e){let t=await Sh(
e);if(e.status===401||e.status===403)throw new ut("token",t);if(e.status===503||e.status===429){let n=Number(e.headers.get("Retry-After"))||Fc;throw new ut("bus\
y",t,Math.min(Math.max(n,1),kh))}throw new ut(e.status===404?"absent":"refused",t)}async function Nc(e,t,n){let o;try{o=await fetch(e,{...t,credentials:"same-or\
igin",...n?{signal:n}:{}})}catch(r){throw n?.aborted?r:new ut("offline","There is no answer.",Fc)}return o.ok||await Th(o),o}async function Hc(e,t){let n=await Nc(
e,{headers:{Accept:"application/json"}},t);try{return await n.json()}catch(o){throw t.aborted?o:new ut("damaged","The answer ended early or is no JSON.")}}async function Js(e,t){
await Nc(e,{method:"POST",headers:{"Content-Type":"application/json"},body:JSON.stringify(t)})}function Ft(e){return typeof e=="object"&&e!==null&&!Array.isArray(e)?e:{}}function ee(e,t=0){return typeof e=="number"&&Number.isFinite(e)?e:t}function ft(e){return typeof e==
"number"&&Number.isFinite(e)?e:null}function fe(e){return typeof e=="string"?e:e==null?"":String(e)}function wr(e){throw new ut("damaged",e+" is not what was ex\
pected.")}function pi(e,t,n){let o=Ft(e)[t];return Array.isArray(o)?o.map(Ft):wr(n)}function Rc(e){let t=Ft(e),n=pi(e,"targets","The list of targets"),o=ee(t.step);
return{host:fe(t.host),watermark:ee(t.watermark),step:o>0?o:10,targets:n.map(r=>Mh(r,fe(t.host)))}}function Mh(e,t){let n={};for(let[o,r]of Object.entries(Ft(e.
labels)))n[o]=fe(r);return{id:fe(e.id),host:e.host===void 0?t:fe(e.host),service:fe(e.service),pid:ee(e.pid),command:fe(e.command),runtime:fe(e.runtime),labels:n,
first:ee(e.first),last:ee(e.last),cpu:ee(e.cpu),threads:ee(e.threads),gone:e.gone===!0}}function di(e){let t=Ft(e),n=pi(e,"series","The timeline");return(typeof t.
from!="number"||!(ee(t.step)>0)||!n.every(o=>Array.isArray(o.v)))&&wr("The timeline"),{from:t.from,step:t.step,coverage:ft(t.coverage),unit:fe(t.unit),series:n.
map(o=>({labels:Ft(o.labels),v:o.v.map(ft)}))}}function zc(e){let t=Ft(e),n=Array.isArray(t.tiers)?t.tiers.map(Ft):[];return{collector:t.role==="collector",name:fe(
t.name),version:fe(t.version),oldest:ft(t.oldest),watermark:ee(t.watermark),annotate:t.can_annotate===!0,tiers:n.map(o=>({step:ee(o.step),oldest:ee(o.oldest)}))}}
function Dc(e){let t=Ft(e).labels;return Array.isArray(t)?t.map(fe):wr("The list of labels")}function Oc(e){let t=Ft(e).values;return Array.isArray(t)?t.map(fe):
wr("The list of values")}function Ic(e){return pi(e,"items","The list of annotations").filter(t=>ft(t.at)!==null).map(t=>({id:ee(t.id),at:ee(t.at),until:ft(t.until),
text:N(fe(t.text)),service:fe(t.service),host:fe(t.host),pin:t.pin===!0,by:N(fe(t.by))})).sort((t,n)=>t.at-n.at)}var Ch=5e3,Ah=1e3;function Wc(e){let t=Ft(e),n=t.
columns,o=ee(t.rows),r=ee(t.column);return(!Array.isArray(n)||n.length>Ch||o<1||o>Ah||!(r>0)||ft(t.from)===null)&&wr("The heat map"),{from:ee(t.from),column:r,rows:Math.
floor(o),max:ee(t.max),coverage:ft(t.coverage),columns:n.map(i=>Array.isArray(i)?i.map(s=>Math.max(0,ee(s))):null)}}function Uc(e){let t=Ft(Ft(e).store);return{
hosts:pi(e,"items","The list of hosts").map(o=>({host:fe(o.host),address:fe(o.address),state:fe(o.state),since:ee(o.since),watermark:ee(o.watermark),offset:ee(o.
clock_offset),error:fe(o.error),slices:ee(o.slices),gaps:ee(o.gaps),lag:ee(o.lag)})),store:{failing:ee(t.failing_since),trouble:fe(t.trouble),waiting:ee(t.queued_bytes)+
ee(t.outbox_bytes),lost:ee(t.lost_slices)}}}var Ph=2e4,Vt=class extends Error{};function Nt(e){return typeof e=="object"&&e!==null&&!Array.isArray(e)}function Oo(e,t,n){let o=e[t];if(!Array.isArray(o)||n!==
void 0&&o.length!==n)throw new Vt('the profile has no proper "'+t+'"');return o}function Xs(e,t,n){return Oo(e,t,n).map(o=>N(String(o)))}function so(e,t,n){let o=new Float64Array(
Oo(e,t,n));for(let r=0;r<n;r++)if(!(o[r]>=0&&o[r]<1/0))throw new Vt('"'+t+'" of the profile has something that is no amount');return o}function yn(e,t){return typeof e==
"number"&&Number.isFinite(e)?e:t}function Qs(e){if(typeof e=="string"){let t=Date.parse(e);return Number.isNaN(t)?null:t/1e3}return yn(e,null)}function el(e){let t=Nt(
e)?e:{},n={};if(Nt(t.lost))for(let[s,a]of Object.entries(t.lost))typeof a=="number"&&a>0&&(n[N(s)]=a);let o=Qs(t.effective_from??t.from??t.start),r=yn(t.duration,
null),i=Qs(t.effective_until)??(o!==null&&r!==null?o+r:null);return{title:N(String(t.title??"")),mode:N(String(t.mode??"")),unit:N(String(t.unit??"samples")),duration:r??
(o!==null&&i!==null?i-o:null),rateAsked:yn(t.rate_asked,null),rateReached:yn(t.rate_reached,null),looks:yn(t.looks,null)??0,lost:n,coverage:yn(t.coverage,null),
from:o,until:i,step:yn(t.step,null),watermark:Qs(t.watermark),cores:yn(t.cores,null),hosts:yn(t.hosts,null)}}function Eh(e,t){return t!==""&&e.startsWith(t)?t:e.
replace(/ \([^()]*\)$/,"")}function Lh(e){let t=Xs(e,"names"),n=t.length,o=new Uint32Array(n);for(let r=0;r<n;r++)o[r]=oo(t[r]),t[r]||="(no name)";return{text:t,
fn:Xs(e,"function",n).map((r,i)=>Eh(t[i],r)),file:Xs(e,"file",n),line:Oo(e,"line",n).map(Number),kind:Oo(e,"kind",n).map(String),key:o}}function tl(e){let t=Lh(
e),n=new Int32Array(Oo(e,"name")),o=n.length,r=new Int32Array(Oo(e,"depth",o));for(let i=0;i<o;i++){let s=r[i];if(n[i]<0||n[i]>=t.text.length)throw new Vt("a no\
de of the profile has no name");if(i===0?s!==0:s<1||s>r[i-1]+1||s>Ph)throw new Vt("the nodes of the profile are in no order")}if(o===0)throw new Vt("the profile\
 has no root");return{names:t,name:n,depth:r}}function qc(e){if(!Nt(e))throw new Vt("the profile is no object");let{names:t,name:n,depth:o}=tl(e),r=n.length;return Io(
t,n,o,so(e,"self",r),so(e,"total",r),el(e.meta))}function Io(e,t,n,o,r,i,s=null){let a=t.length,u=new Float64Array(a),c=new Int32Array(a),p=new Int32Array(a),h=0;
for(let k=0;k<a;k++)h=Math.max(h,n[k]+1);let w=new Float64Array(h+1),g=new Int32Array(h+1),x=new Int32Array(h+1);for(let k=0;k<a;k++){let _=n[k];u[k]=w[_],w[_]=
u[k]+r[k],w[_+1]=u[k],g[_]=k,p[k]=_>0?g[_-1]:-1,x[_+1]++,c[k]=k+1}for(let k=a-1;k>0;k--){let _=p[k];c[k]>c[_]&&(c[_]=c[k])}for(let k=0;k<h;k++)x[k+1]+=x[k];let M=new Int32Array(
a),S=x.slice();for(let k=0;k<a;k++)M[S[n[k]]++]=k;return{n:a,names:e,name:t,depth:n,self:o,total:r,x:u,end:c,parent:p,rows:h,rowStart:x,rowNodes:M,meta:i,sides:s}}
function Bc(e,t){let n=e.depth[t];for(let o=t,r=e.end[t];o<r;o++)e.depth[o]>n&&(n=e.depth[o]);return n}function nl(e,t){let n=[];for(let o=t;o>=0;o=e.parent[o])
n.push(o);return n.reverse()}function Vc(e,t){if(t<=0)return"";let n=0;for(let o of nl(e,t))n=Kc(n,e.names.key[e.name[o]]);return(n>>>0).toString(16).padStart(8,
"0")}function Kc(e,t){return Math.imul(e^t,16777619)+40503}function hi(e,t){let n=parseInt(t,16)>>>0,o=new Int32Array(e.n);if(t==="")return 0;for(let r=0;r<e.n;r++)
if(o[r]=Kc(r>0?o[e.parent[r]]:0,e.names.key[e.name[r]]),o[r]>>>0===n)return r;return-1}function lo(e,t){let n=e.meta.rateAsked??e.meta.rateReached;return e.meta.
unit==="samples"&&n?t/n:null}function Gc(e){let{from:t,until:n}=si(fe(e).replace(/^[^#]*/,""));return t!==null&&n!==null?[t,n]:null}function jc(e){let t=ee(e.moment);return{host:fe(e.host),
at:t,lo:ee(e.moment_lo,t),hi:ee(e.moment_hi,t)}}function Fh(e){let t=Nt(e)?e:{},n=s=>Array.isArray(s)?s:[],o=jc(t),r=fe(t.service),i=fe(t.function);return{...o,
key:[r,i,o.at].join(" "),service:r,fn:i,file:N(fe(t.file)),before:ee(t.before),after:ee(t.after),least:ft(t.lo),most:ft(t.hi),share:t.unit==="share",flags:n(t.flags).
map(s=>N(fe(s))),hosts:n(t.hosts).filter(Nt).map(jc),base:Gc(t.base_url),now:Gc(t.url)}}function Yc(e){if(!Nt(e)||!Array.isArray(e.items))throw new ut("damaged",
"The list of regressions is not what was expected.");return{watermark:ee(e.watermark),from:ee(e.effective_from),until:ee(e.effective_until),step:ee(e.step,10),tested:ee(
e.tested),items:e.items.map(Fh)}}function $c(e){let{base:t,now:n}=e;return{finding:e.key,zoom:"",live:!1,baseServices:[],baseHosts:[],baseLabels:[],baseFrom:t?.[0]??
null,baseUntil:t?.[1]??null,from:n?.[0]??null,until:n?.[1]??null}}function mi(e,t){let n=[e.base?.[0],e.now?.[1]].map(r=>r===void 0?0:Math.abs(r-e.at)),o=Math.max(
60*t,e.hi-e.lo,Math.min(12*3600,1.3*Math.max(...n)));return[Math.floor((e.at-o)/t)*t,Math.ceil((e.at+o)/t)*t]}var Nh=60;function Zc([e,t],n,o,r,i){let s=t-e,a=Math.round(Math.min(zo,Math.max(Math.min(Nh,s),s*n))),u=e+o*s,c=Math.min(Math.max(r,t),Math.round(u+(1-o)*a));return{
span:a,end:i&&c>=r?null:c,live:!1}}function Jc([e,t],n,o){let r=Math.round(t+n*(t-e));return r>=o?{end:null}:{end:Math.max(r,1),live:!1}}function ol(e,t){let n=Math.
min(...e.map(([s])=>s)),o=Math.max(...e.map(([,s])=>s)),r=Math.max(60,.15*(o-n)),i=Math.min(t,Math.ceil(o+r));return{end:i,span:Math.min(zo,Math.ceil(i-n+r))}}var gi=1800,bi={from:null,until:null,...On,finding:""},wi=class{constructor(t){this.bench=t}bench;pan(t){let{window:n,watermark:o,set:r}=this.bench;n&&r(Jc(n,t,
o),"soon")}zoom(t,n){let{window:o,state:r,watermark:i,pointer:s,set:a}=this.bench,u=s();if(!o)return;let c=n??(u!==null?(u-o[0])/(o[1]-o[0]):r.end===null?1:.5);
a(Zc(o,t,c,i,r.end===null),"soon")}shift(t){let{state:n,window:o,interval:r,watermark:i,set:s}=this.bench;if(!r||!o)return;let a=t*(r[1]-r[0]),u=[r[0]+a,r[1]+a];
if(n.from===null)return this.pan(t);if(u[1]>i)return;let c=u[0]>=o[0]&&u[1]<=o[1];s({from:u[0],until:u[1],...c?{}:{end:Math.min(i,o[1]+a),live:!1}})}live(){let{
state:t,window:n,set:o}=this.bench;o(t.live?{live:!1,end:n?.[1]??null}:{...bi,live:!0,end:null})}choose(t){let{window:n,set:o}=this.bench;o(t&&n?{from:t[0],until:t[1],
live:!1,end:n[1],finding:""}:bi)}show(t){this.bench.set({...ol(t,this.bench.watermark),live:!1})}compareWith(t){let{state:n,window:o,interval:r,set:i}=this.bench;
if(!o||!r)return;let s=t[1]-t[0],a=n.from!==null?r:t[1]<o[1]?[t[1],Math.min(o[1],t[1]+s)]:[Math.max(o[0],t[0]-s),t[0]];a[1]>a[0]&&i({...br(n,a,o,t),finding:""})}compareBefore(){
let{state:t,window:n,interval:o,set:r}=this.bench;mt(t)?r({...On,finding:""}):n&&o&&r(br(t,o,n,Zs(o,0)))}compareAround(t){let{state:n,window:o,watermark:r,set:i}=this.
bench,s=t.until??t.at,a=[t.at-gi,t.at],u=[s,Math.min(r,s+gi)];!o||u[1]<=u[0]||i({...br(n,u,o,a),...t.service?{services:[t.service],pids:[]}:{},finding:"",...a[0]<
o[0]||u[1]>o[1]?ol([a,u],r):{}})}goTo(t){this.show([[t.at-gi,(t.until??t.at)+gi]])}swap(){let{state:t,interval:n,set:o}=this.bench;mt(t)&&n&&o(ai(t,n))}split(t){
this.bench.set({by:t==="service"&&this.bench.state.pids.length===0?"":t})}pick(t){this.bench.set(t?$c(t):bi)}reset(){this.bench.set({services:[],pids:[],hosts:[],
labels:[],end:null,...bi})}};var rl=3,Xc=16,Hh=16,tu=17,nu=18,Rh=19,il=Rh*rl,zh=11,Dh=3,Oh="ffafae fdb396 f3bb85 e2c47e cbcd84 b0d595 95daac 7edcc7 75dae0 7dd5f4 92ceff acc6ff c6bdff ddb6f4\
 efb0e0 faaec8 c3c8d0 d9d9d9 d3d8e6".split(" "),Ih="814344 7f4730 784d1e 6c5514 5b5c1c 45622e 2a6643 006758 00666b 01627a 2a5c84 435688 584f84 68497a 75456b 7d4\
358 50555e 46464b 3c4152".split(" ");function vr(e,t,n){let o="#";for(let r=0;r<6;r+=2){let i=parseInt(e.slice(r,r+2),16),s=parseInt(t.slice(r,r+2),16);o+=Math.
round(i*n+s*(1-n)).toString(16).padStart(2,"0")}return o}function Wh(e,t,n){return e.flatMap(o=>n.map(r=>vr(o,t,r)))}function ou(e,t,n){return e.map(o=>vr(o.slice(
1),t,n))}function Qc(e,t,n,o){let r=Wh(e,t,n);return{...o,page:"#"+t,box:r,left:ou(r,t,.36)}}var In={light:Qc(Oh,"ffffff",[1,.8,.62],{ink:"#1d1d22",faint:"#8585\
8f",narrow:"#dddde3",hit:"#7c3aed",onHit:"#ffffff"}),dark:Qc(Ih,"17171b",[1,.84,.7],{ink:"#ececf1",faint:"#85858f",narrow:"#34343b",hit:"#a78bfa",onHit:"#17171b"})},
Wo=25,sl=Wo;function Uh(e){let t=(Wo-1)/2;return Array.from({length:Wo},(n,o)=>vr(o<t?e[0]:e[2],e[1],Math.abs(o-t)/t))}function eu(e,t,n){let o=[...Uh(t),"#"+n];
return{...e,box:o,left:ou(o,e.page.slice(1),.36),ghost:sl}}var xr={light:eu(In.light,["7fb2f5","e9e9ee","f5877c"],"dbe9fc"),dark:eu(In.dark,["2f66b3","3a3a42","\
b3423b"],"1e3554")},_n=["#7c6af2","#0f9d8a","#d9822b","#d64577","#3b8fd9","#7a9a01","#b05cc9","#c2571a","#1aa3c4","#8a7b4f","#e06666","#5f7d95"],ll="#8e8e99";function qh(e){
return e.split("/").slice(-2).join("/")}function Bh(e,t,n){let o=e.kind[t];return o==="marker"?tu:o==="group"?nu:n==="hash"?oo(e.fn[t]+"\0"+e.file[t])%Xc:n==="l\
anguage"?o==="native"?Dh:zh:o==="native"?Hh:oo(qh(e.file[t]))%Xc}function ru(e,t){return Uint8Array.from(e.text,(n,o)=>{let r=Bh(e,o,t),i=r===tu||r===nu?0:oo(e.
fn[o])%rl;return r*rl+i})}function vi(e){let t=new Array(_n.length).fill(!1),n=new Map,o=[...new Set(e)],r=o.slice(0,_n.length).sort();for(let i of[...r,...o.slice(
_n.length)]){let s=oo(i)%_n.length;for(let a=0;t[s]&&a<_n.length;a++)s=(s+1)%_n.length;t[s]=!0,n.set(i,_n[s])}return n}function iu(e){let t=Nt(e)?e:{},n=ee(t.base),o=ee(t.comp);return{base:n,comp:o,delta:ee(t.delta,o-n),lo:ft(t.lo),hi:ft(t.hi)}}function su(e){let t=Nt(e)?e:{};return{
cores:iu(t),share:iu(t.share)}}function Vh(e){let t=Nt(e)?e:{};return{fn:N(fe(t.function))||"(no name)",file:N(fe(t.file)),self:su(t.self),total:su(t.total)}}function lu(e){
let t=Nt(e)?e:{};return{from:ee(t.effective_from),until:ee(t.effective_until),coverage:ft(t.coverage),cores:ee(t.cores),looks:ee(t.looks),hosts:ft(t.hosts)}}function au(e,t,n){
let o=Array.isArray(e[t])?e[t]:[];return Float64Array.from({length:n},(r,i)=>ft(o[i])??NaN)}function cu(e){if(!Nt(e)||!Array.isArray(e.rows))throw new Vt("the c\
omparison is no object with rows");let{names:t,name:n,depth:o}=tl(e),r=n.length,i={self:so(e,"self",r),total:so(e,"total",r)},s={self:so(e,"base_self",r),total:so(
e,"base_total",r)},a=h=>({lo:au(e,h+"lo",r),hi:au(e,h+"hi",r)}),u={cores:a(""),share:a("share_")},c=lu(e.comp),p=el({unit:"cores",looks:c.looks,effective_from:e.
effective_from,effective_until:e.effective_until,step:e.step,watermark:e.watermark,coverage:e.coverage,cores:c.cores});return{tree:Io(t,n,o,i.self,i.total,p,{base:s,
comp:i,least:ee(e.threshold),known:u}),rows:e.rows.map(Vh),base:lu(e.base),comp:c,threshold:ee(e.threshold),comparable:e.comparable!==!1,note:N(fe(e.note)),step:ft(
e.step)}}function uu(e,t,n,o){let{base:r,comp:i}=e.sides,s=p=>n?1:p.total[0]>0?1/p.total[0]:0,a=(t==="now"?0:t==="base"?1:.5)*s(r),u=(t==="base"?0:t==="now"?1:.5)*
s(i),c=(p,h)=>p.map((w,g)=>a*w+u*h[g]);return Io(e.names,e.name,e.depth,c(r.self,i.self),c(r.total,i.total),{...e.meta,mode:o},e.sides)}function pn({lo:e,hi:t}){
return e!==null&&t!==null&&e<=0&&t>=0}function yr(e,t,n){let o=e.sides?.known?.[n?"cores":"share"],r=o?.lo[t]??NaN,i=o?.hi[t]??NaN;return r<=i?{lo:r,hi:i}:null}
function fu(e,t,n){let{base:o,comp:r}=e.sides,i=o.total[t]/(n?1:o.total[0]||1),s=r.total[t]/(n?1:r.total[0]||1);return i+s>0?(s-i)/(i+s):0}var nt=18,al=.5,Kh=.1,Gh=24,pu=4,cl=6,jh=3,xi=il,Uo=2*il,du=Uo+1,hu=Uo+2,ul=Uo+3,Yh='12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-seri\
f',fl=class{constructor(t,n){this.tree=t;this.pen=n;this.text=new Float32Array(t.names.text.length).fill(-1),this.short=new Float32Array(t.names.text.length).fill(
-1)}tree;pen;text;short;label(t,n){let{names:o}=this.tree,r=O(o.text[t]);if(this.text[t]<0&&(this.text[t]=this.pen.measureText(r).width),this.text[t]<=n)return r;
let i=O(o.fn[t]||o.text[t]);return this.short[t]<0&&(this.short[t]=this.pen.measureText(i).width),this.short[t]<=n?i:this.cut(i,this.short[t],n)}cut(t,n,o){let r=Math.
floor(t.length*o/n);for(;r>0&&this.pen.measureText(t.slice(0,r)+"…").width>o;)r--;return r>0&&/[\ud800-\udbff]/.test(t[r-1])&&r--,r>=jh?t.slice(0,r)+"…":""}},
yi=class{constructor(t){this.canvas=t;this.pen=t.getContext("2d",{alpha:!1})}canvas;pen;width=0;height=0;scroll=0;up=!1;node=0;from=0;until=1;rows=1;paint;colours;byNode=!1;hits=null;tree;drawn=0;took=0;ruler;ratio=1;n=0;left=new Float32Array(
4096);wide=new Float32Array(4096);row=new Int32Array(4096);label=new Int32Array(4096);bucket=new Uint8Array(4096);order=new Int32Array(4096);starts=new Int32Array(
ul+1);runFrom=new Float64Array(0);runUntil=new Float64Array(0);runHit=new Uint8Array(0);show(t){this.tree=t,this.ruler=new fl(t,this.pen),this.runFrom=new Float64Array(
t.rows),this.runUntil=new Float64Array(t.rows),this.runHit=new Uint8Array(t.rows)}resize(t,n){this.ratio=window.devicePixelRatio||1,this.width=t,this.height=n,this.
canvas.width=Math.round(t*this.ratio),this.canvas.height=Math.round(n*this.ratio),this.canvas.style.width=t+"px",this.canvas.style.height=n+"px"}contentHeight(){
return this.up?Math.max(this.rows*nt,this.height):this.rows*nt}top(t){return(this.up?this.contentHeight()-(t+1)*nt:t*nt)-this.scroll}scale(){return this.width/Math.
max(this.until-this.from,1e-9)}extent(t){let n=this.scale(),o=Math.max(0,(this.tree.x[t]-this.from)*n),r=Math.min(this.width,(this.tree.x[t]+this.tree.total[t]-
this.from)*n);return[o,Math.max(0,r-o)]}at(t,n){let{tree:o}=this,r=n+this.scroll,i=Math.floor((this.up?this.contentHeight()-r:r)/nt);if(i<0||i>=o.rows||t<0||t>this.
width)return-1;let s=this.from+t/this.scale(),a=o.rowStart[i],u=o.rowStart[i+1],c=a;for(;a<u;){let h=a+u>>1;o.x[o.rowNodes[h]]<=s?a=h+1:u=h}let p=a>c?o.rowNodes[a-
1]:-1;return p>=0&&s<o.x[p]+o.total[p]?p:-1}draw(){let t=performance.now();this.n=0,this.collect(),this.sort(),this.fill(),this.write(),this.drawn=this.n,this.took=
performance.now()-t}collect(){let{x:t,total:n,depth:o,end:r,name:i}=this.tree,{from:s,until:a,hits:u,colours:c,byNode:p}=this,h=this.scale(),w=this.tree.n,[g,x]=this.
visibleRows(),M=o[this.node];this.runUntil.fill(-1);for(let S=0;S<w;){let k=o[S],_=n[S],A=t[S];if(A>=a||A+_<=s||k>=x){S=r[S];continue}let C=_*h,U=u!==null&&u[i[S]]===
1;if(C<al){k>=g&&this.narrow(k,(A-s)*h,C,U),S=C<Kh?r[S]:S+1;continue}if(k>=g){let H=k<M||u!==null,F=c[p?S:i[S]];this.add((A-s)*h,C,k,i[S],U?Uo:H?xi+F:F)}S++}for(let S=Math.
max(0,g);S<Math.min(x,this.tree.rows);S++)this.endRun(S)}visibleRows(){let t=this.up?this.contentHeight()-this.scroll-this.height:this.scroll;return[Math.floor(
t/nt),Math.min(this.tree.rows,Math.ceil((t+this.height)/nt))]}narrow(t,n,o,r){this.runUntil[t]>=0&&n-this.runUntil[t]>al&&this.endRun(t),this.runUntil[t]<0&&(this.
runFrom[t]=n,this.runHit[t]=0),this.runUntil[t]=Math.max(0,n+o),r&&(this.runHit[t]=1)}endRun(t){let n=this.runFrom[t],o=this.runUntil[t]-n;this.runUntil[t]>=0&&
o>=al&&this.add(n,o,t,-1,this.runHit[t]?hu:du),this.runUntil[t]=-1}add(t,n,o,r,i){this.n===this.order.length&&this.grow();let s=this.n++,a=Math.min(t+(n>2?n-.6:
n),this.width+1);t=Math.max(t,-1),this.left[s]=t,this.wide[s]=a-t,this.row[s]=o,this.label[s]=a-t>=Gh?r:-1,this.bucket[s]=i}grow(){let t=this.order.length*2,n=(o,r)=>(o.
set(r),o);this.left=n(new Float32Array(t),this.left),this.wide=n(new Float32Array(t),this.wide),this.row=n(new Int32Array(t),this.row),this.label=n(new Int32Array(
t),this.label),this.bucket=n(new Uint8Array(t),this.bucket),this.order=new Int32Array(t)}sort(){let{starts:t,bucket:n,order:o,n:r}=this;t.fill(0);for(let s=0;s<
r;s++)t[n[s]+1]++;for(let s=0;s<ul;s++)t[s+1]+=t[s];let i=t.slice();for(let s=0;s<r;s++)o[i[n[s]]++]=s}fill(){let{pen:t,paint:n}=this;t.setTransform(this.ratio,
0,0,this.ratio,0,0),t.fillStyle=n.page,t.fillRect(0,0,this.width,this.height);for(let o=0;o<ul;o++)if(this.starts[o]!==this.starts[o+1]){t.fillStyle=this.colourOf(
o);for(let r=this.starts[o];r<this.starts[o+1];r++){let i=this.order[r];t.fillRect(this.left[i],this.top(this.row[i]),this.wide[i],nt-1)}o===n.ghost&&this.hatch(
o)}}hatch(t){let{pen:n}=this;n.save(),n.strokeStyle=this.paint.box[0],n.lineWidth=1,n.beginPath();for(let o=this.starts[t];o<this.starts[t+1];o++){let r=this.order[o],
i=this.top(this.row[r]),s=Math.max(0,this.left[r]),a=this.left[r]+this.wide[r];for(let u=Math.ceil(s/cl)*cl;u<a;u+=cl){let c=Math.min(nt-1,a-u);n.moveTo(u,i+nt-
1),n.lineTo(u+c,i+nt-1-c)}}n.stroke(),n.restore()}colourOf(t){return t===Uo||t===hu?this.paint.hit:t===du?this.paint.narrow:t>=xi?this.paint.left[t-xi]:this.paint.
box[t]}write(){let{pen:t,paint:n}=this,o="";t.font=Yh,t.textBaseline="alphabetic",t.direction="ltr";for(let r=0;r<this.n;r++){let i=this.order[r];if(this.label[i]<
0)continue;let s=Math.max(0,this.left[i]),a=this.left[i]+this.wide[i]-s-2*pu,u=this.ruler.label(this.label[i],a),c=this.bucket[i],p=c===Uo?n.onHit:c>=xi?n.faint:
n.ink;u!==""&&(p!==o&&(t.fillStyle=o=p),t.fillText(u,s+pu,this.top(this.row[i])+nt-5))}}};var Wn=null;function mu(){return Wn||(Wn=document.createElement("div"),Wn.className="tip",Wn.setAttribute("role","tooltip"),document.body.appendChild(Wn)),Wn}function Un(e,t,n,o){
let r=document.createElement(t);return r.className=n,r.textContent=o,e.appendChild(r)}function mn(){Wn&&(Wn.hidden=!0)}function gu(e,t,n){let{width:o,height:r}=e.
getBoundingClientRect(),i=t+14+o>window.innerWidth-4?t-12-o:t+14,s=n+18+r>window.innerHeight-4?n-12-r:n+18;e.style.left=Math.max(4,i)+"px",e.style.top=Math.max(
4,s)+"px"}function pl(e,t,n){let o=mu();o.textContent="",o.hidden=!1,e.forEach((r,i)=>Un(o,"div",i===0?"tip-title":"quiet",O(r))),gu(o,t,n)}function ki(e,t){let n=lo(
e,t),o=ye(t)+" "+e.meta.unit;return n===null?o:Do(n)+" · "+o}function hn(e,t){let n=lo(e,t),{duration:o,unit:r}=e.meta,i=r==="cores"?t:n!==null&&o?n/o:null;return i===
null?"":Ue(i)+_i(e)}function _i(e){return e.meta.mode==="wall"?" threads":" cores"}function qo(e,t){let n=e.total[0]>0?e.meta.looks*t/e.total[0]:0;return e.meta.
looks>0?"about "+ye(Math.round(n))+" looks":""}function dn(e,t,n,o){let r=Un(e,"div","tip-row","");Un(r,"span","tip-name",t),Un(r,"span","tip-value",n),Un(r,"sp\
an","tip-share",o)}function $h(e,t,n){let o=yr(t,n,!0),r=yr(t,n,!1);(o||r)&&dn(e,"95 %",o?Et(o.lo)+" to "+Et(o.hi):"",r?tn(r.lo)+" to "+tn(r.hi):"")}function Zh(e,t,n){
let{base:o,comp:r,least:i}=t.sides,s=(a,u)=>a===0&&i>0?["< "+Ue(i*u)+_i(t),"< "+Ne(i,1)]:[Ue(a)+_i(t),Ne(a,u)];for(let[a,u]of[["total","total"],["self","self"]]){
let c=o[u][n],p=r[u][n],h=c/(o.total[0]||1),w=p/(r.total[0]||1);dn(e,a+", base",...s(c,o.total[0])),dn(e,a+", now",...s(p,r.total[0])),dn(e,"change",Et(p-c)+_i(
t),tn(w-h)),u==="total"&&$h(e,t,n)}}function dl(e,t,n,o,r){let i=mu(),{names:s}=e,a=e.name[t],u=e.parent[t];i.textContent="",i.hidden=!1,Un(i,"div","tip-title",
O(s.fn[a]||s.text[a])),s.file[a]&&Un(i,"div","quiet",O(s.file[a])+(s.line[a]?":"+s.line[a]:""));let c=Un(i,"div","tip-table","");e.sides?Zh(c,e,t):(dn(c,"total",
ki(e,e.total[t]),Ne(e.total[t],e.total[0])),dn(c,"self",ki(e,e.self[t]),Ne(e.self[t],e.total[0])),hn(e,0)!==""&&dn(c,"on average",hn(e,e.total[t]),""),qo(e,0)!==
""&&dn(c,"rests on",qo(e,e.total[t]),""),u>0&&dn(c,"of its caller","",Ne(e.total[t],e.total[u])),n>0&&t>n&&t<e.end[n]&&dn(c,"of the zoomed","",Ne(e.total[t],e.total[n]))),
gu(i,o,r)}var Jh=140,bu=3,Xh=window.matchMedia("(prefers-reduced-motion: reduce)"),hl=class{constructor(t,n,o,r,i){this.frame=t;this.sizer=n;this.outline=r;this.chart=new yi(
o),this.props=i,this.seen=new ResizeObserver(()=>this.resize()),this.seen.observe(t),t.addEventListener("scroll",()=>this.scrolled()),o.addEventListener("mousem\
ove",s=>this.onMove(s)),o.addEventListener("mouseleave",()=>this.leave()),o.addEventListener("click",s=>this.onClick(s)),o.addEventListener("dblclick",()=>this.
pickClicked()),this.take(i,!0),this.resize()}frame;sizer;outline;chart;focus=-1;props;clicked=-1;moving=0;waiting=0;seen;close(){cancelAnimationFrame(this.moving),
cancelAnimationFrame(this.waiting),this.seen.disconnect(),mn()}take(t,n=!1){let{chart:o}=this,r=this.props,i=n||t.tree!==r.tree,s=t.up!==o.up;this.props=t,o.paint=
t.paint,o.colours=t.colours,o.byNode=t.byNode??!1,o.hits=t.hits,o.up=t.up,i&&o.show(t.tree),i||s||t.node!==o.node?this.goTo(t.node,!i&&!s,s||t.node!==o.node):this.
later()}goTo(t,n,o){let{chart:r}=this,{tree:i}=this.props,s=i.depth[t];r.node=t,r.rows=Bc(i,t)+1,this.leave(),this.size(),o&&this.scrollToRow(Math.max(0,s-bu));
let a=i.x[t]+Math.max(i.total[t],1e-9);!n||Xh.matches?(cancelAnimationFrame(this.moving),this.view(i.x[t],a)):this.move(i.x[t],a)}view(t,n){this.chart.from=t,this.
chart.until=n,this.later()}move(t,n){let{chart:o}=this,r=o.from,i=o.until,s=performance.now(),a=u=>{let c=Math.min(1,Math.max(0,(u-s)/Jh)),p=1-(1-c)**3;o.from=r+
(t-r)*p,o.until=i+(n-i)*p,this.draw(),c<1&&(this.moving=requestAnimationFrame(a))};cancelAnimationFrame(this.moving),this.moving=requestAnimationFrame(a)}size(){
this.sizer.style.height=Math.max(this.chart.contentHeight(),this.frame.clientHeight)+"px"}resize(){let{clientWidth:t,clientHeight:n}=this.frame,o=this.chart.width===
0;if(t===0||n===0)return;let{chart:r}=this,i=r.contentHeight()-r.scroll-r.height;r.resize(t,n),this.size(),!o&&r.up&&(this.frame.scrollTop=r.contentHeight()-i-n),
o&&this.scrollToRow(Math.max(0,this.props.tree.depth[this.chart.node]-bu)),this.draw()}scrollToRow(t){let{chart:n,frame:o}=this;o.scrollTop=n.up?n.contentHeight()-
t*nt-o.clientHeight:t*nt}scrolled(){this.leave(),this.later()}later(){cancelAnimationFrame(this.waiting),this.waiting=requestAnimationFrame(()=>this.draw())}draw(){
this.chart.width!==0&&(this.chart.scroll=this.frame.scrollTop,this.chart.draw(),performance.getEntriesByName("picture").length===0&&performance.mark("picture"),
this.chart.canvas.dataset.rows=String(this.chart.rows),this.frame.dataset.drawn=String(this.chart.drawn),this.frame.dataset.ms=this.chart.took.toFixed(1),this.frame.
dataset.draws=String(Number(this.frame.dataset.draws??0)+1))}place(t){let n=this.chart.canvas.getBoundingClientRect();return[t.clientX-n.left,t.clientY-n.top]}onMove(t){
let n=this.chart.at(...this.place(t));if(n<0)return this.leave();this.focusOn(n),dl(this.props.tree,n,this.chart.node,t.clientX,t.clientY)}onClick(t){if(t.detail>
1)return;let n=this.clicked=this.chart.at(...this.place(t));n>=0&&n!==this.chart.node&&this.props.onZoom(n)}pickClicked(){this.clicked>0&&this.props.onPick?.(this.
clicked)}leave(){this.focus=-1,this.outline.hidden=!0,mn()}focusOn(t){let[n,o]=this.chart.extent(t),{style:r}=this.outline;this.focus=t,this.outline.hidden=!1,r.
left=n+"px",r.top=this.chart.top(this.props.tree.depth[t])+this.frame.scrollTop+"px",r.width=Math.max(2,o)+"px"}visible(t){let n=this.chart.top(this.props.tree.
depth[t]);return n>=0&&n+nt<=this.chart.height}reveal(t){let{chart:n}=this,{tree:o}=this.props;if(!this.visible(t)){let a=o.depth[t]-Math.floor(n.height/nt/2);this.
scrollToRow(Math.max(0,a)),this.draw()}this.focusOn(t);let[r,i]=n.extent(t),s=n.canvas.getBoundingClientRect();dl(o,t,n.node,s.left+r+Math.min(i,80)/2,s.top+n.top(
o.depth[t])+nt/2)}neighbour(t,n){let{rowStart:o,rowNodes:r,depth:i}=this.props.tree,s=i[t],a=o[s];for(;r[a]!==t;)a++;for(a+=n;a>=o[s]&&a<o[s+1];a+=n){let[,u]=this.
chart.extent(r[a]);if(u>=1)return r[a]}return t}widestChild(t){let{end:n,total:o}=this.props.tree,r=t;for(let i=t+1;i<n[t];i=n[i])(r===t||o[i]>o[r])&&(r=i);return r}walk(t){
let n=this.focus<0?this.chart.node:this.focus;this.focus<0?this.reveal(n):t==="ArrowLeft"||t==="ArrowRight"?this.reveal(this.neighbour(n,t==="ArrowLeft"?-1:1)):
this.reveal(t==="ArrowDown"!==this.props.up?this.widestChild(n):Math.max(0,this.props.tree.parent[n]))}enter(){this.focus>=0&&this.props.onZoom(this.focus)}pick(){
this.focus>0&&this.props.onPick?.(this.focus)}nextHit(t){let{tree:n,hits:o}=this.props,{n:r}=n,i=this.focus<0?t<0?0:this.chart.node-1:this.focus;for(let s=0;o&&
s<r;s++)if(i=(i+t+r)%r,!!o[n.name[i]])return this.chart.extent(i)[1]===0&&this.props.onZoom(0),this.view(n.x[this.chart.node],n.x[this.chart.node]+n.total[this.
chart.node]),this.reveal(i)}};function Bo(e){let t=me(null),n=me(null),o=me(null),r=me(null),i=me(null);return qs(()=>(i.current=new hl(t.current,n.current,o.current,
r.current,e),e.keys?.(i.current),()=>{i.current?.close(),e.keys?.(null)}),[]),qs(()=>i.current?.take(e)),l("div",{class:"flame",ref:t,children:l("div",{class:"s\
izer",ref:n,children:[l("canvas",{ref:o,role:"img","aria-label":e.label}),l("div",{class:"outline",ref:r,hidden:!0})]})})}var ao=class{constructor(t,n){this.from=t;let o=t.sides?[t,t.sides.base,t.sides.comp]:[t];this.columns=o.map(r=>({from:r,self:[],total:[]})),this.add(-1,n)}from;child=new Map;first=[];sibling=[];name=[];parent=[];columns;add(t,n){
let o=this.name.length;this.name.push(n),this.parent.push(t);for(let r of this.columns)r.self.push(0),r.total.push(0);return this.first.push(-1),this.sibling.push(
-1),t>=0&&(this.sibling[o]=this.first[t],this.first[t]=o),o}below(t,n){let o=t*this.from.names.text.length+n,r=this.child.get(o);return r===void 0&&this.child.set(
o,r=this.add(t,n)),r}count(t,n,o){for(let{from:r,self:i,total:s}of this.columns)o==="both"||o==="self"?i[t]+=r.self[n]:o==="ends"&&(i[t]+=r.total[n]),(o==="both"||
o==="total")&&(s[t]+=r.total[n])}sum(){for(let{self:t,total:n}of this.columns){for(let o=0;o<t.length;o++)n[o]=t[o];for(let o=t.length-1;o>0;o--)n[this.parent[o]]+=
n[o]}}children(t,n){let o=[],{total:r}=this.columns[0];for(let i=this.first[t];i>=0;i=this.sibling[i])this.columns.some(s=>s.total[i]>0)&&o.push(i);return n?o.sort(
(i,s)=>r[i]-r[s]||s-i):o}finish(t=!0){let n=[],o=[],r=[0],i=[0];for(;r.length>0;){let h=r.pop(),w=i.pop();n.push(h),o.push(w);for(let g of this.children(h,t))r.
push(g),i.push(w+1)}let s=h=>Float64Array.from(n,w=>h[w]),a=({self:h,total:w})=>({self:s(h),total:s(w)}),[u,c,p]=this.columns.map(a);return Io(this.from.names,Int32Array.
from(n,h=>this.name[h]),Int32Array.from(o),u.self,u.total,this.from.meta,c&&p?{base:c,comp:p,least:this.from.sides.least,known:null}:null)}};function kn(e){return e.focus!==""||e.ignore!==""||e.nostd||e.norec}function Si(e){let t=/^\/(.+?)(?:\/([a-z]*))?$/s.exec(e);if(e==="")return null;try{return t?
new RegExp(t[1],(t[2]||"i").replace(/[gy]/g,"")):new RegExp(e,"i")}catch{return null}}function Qh(e){return/(^|\/)lib\/python[0-9]+\.[0-9]+t?\//.test(e)&&!/\/(site|dist)-packages\//.
test(e)||/^<frozen [^>]*>$/.test(e)}function wu(e,t){return t&&Uint8Array.from(e.text,(n,o)=>t.test(n)||t.test(e.fn[o])||t.test(e.file[o])?1:0)}function em(e,t){
let n=wu(e,Si(t.ignore));return Uint8Array.from(e.text,(o,r)=>n?.[r]||t.nostd&&e.kind[r]!=="group"&&Qh(e.file[r])?1:0)}function tm(e,t){let n=new Uint8Array(e.n);
for(let o=1;o<e.n;o++)n[o]=t[e.name[o]]||n[e.parent[o]]?1:0;return n}function Ti(e,t){if(!kn(t))return e;let n=wu(e.names,Si(t.focus)),o=n&&tm(e,n),r=em(e.names,
t),i=new ao(e,e.name[0]),s=new Int32Array(e.n),a=new Int32Array(e.names.text.length).fill(-1),u=[];for(let c=0;c<e.n;c++){let p=e.name[c];for(;u.length>0&&c>=u[u.
length-1][1];)a[u.pop()[0]]=-1;if(c>0){let h=s[e.parent[c]];s[c]=r[p]?h:t.norec&&a[p]>=0?a[p]:i.below(h,p),!r[p]&&a[p]<0&&(a[p]=s[c],u.push([p,e.end[c]]))}(!o||
o[c])&&i.count(s[c],c,"self")}return i.sum(),i.finish(!1)}function co(e){let t=/^\/(.*?)(?:\/([a-z]*))?$/s.exec(e);if(e===""||e==="/"||e==="//")return{test:null,wrong:!1};if(!t){let n=e.toLowerCase();return{test:o=>o.toLowerCase().
includes(n),wrong:!1}}try{let n=new RegExp(t[1],(t[2]||"i").replace(/[gy]/g,""));return{test:o=>n.test(o),wrong:!1}}catch{return{test:null,wrong:!0}}}function ml(e,t){
return Uint8Array.from(e.text,(n,o)=>t(n)||e.file[o]!==""&&t(e.file[o])?1:0)}function Vo(e,t){let{test:n}=co(t);if(!n)return null;let o=ml(e.names,n),r=0,i=0;for(let s=0,
a=0;s<e.n;s++)o[e.name[s]]&&(i++,s>=a&&(r+=e.total[s],a=e.end[s]));return{hits:o,boxes:i,sum:r}}var nm=.3;function vu(e,t){let n={focus:t.focus,ignore:t.ignore,nostd:t.nostd,norec:t.norec},o=ce(()=>e&&uu(e.tree,t.width,t.cores,t.mode),[e,t.width,t.cores,t.
mode]);return ce(()=>o&&(kn(n)?Ti(o,n):o),[o,t.focus,t.ignore,t.nostd,t.norec])}function om(e,t){let n=t?"cores":"share";return new Set(e.filter(o=>pn(o.self[n])&&
pn(o.total[n])).map(o=>o.fn))}function gl(e,t,n){let o=om(t.rows,n),r=(Wo-1)/2;return Uint8Array.from(e.name,(i,s)=>{let a=fu(e,s,n);if(e.sides.comp.total[s]===
0&&s>0)return sl;let u=Math.sign(a)*Math.min(1,Math.abs(a)*2)**.7,c=yr(e,s,n),p=c?pn(c):o.has(e.names.fn[i]);return Math.round(r+r*u*(p?nm:1))})}function Mi({state:e,
tree:t,diff:n,dark:o,keys:r,onZoom:i,onPick:s}){let a=ce(()=>gl(t,n,e.cores),[t,n,e.cores]),u=ce(()=>Vo(t,e.q)?.hits??null,[t,e.q]),c=ce(()=>Math.max(0,hi(t,e.zoom)),
[t,e.zoom]);return l(Bo,{tree:t,colours:a,byNode:!0,paint:xr[o?"dark":"light"],hits:u,up:e.up,node:c,label:"Differential flame graph; the same numbers are in th\
e table of changes",onZoom:i,...s?{onPick:s}:{},keys:r})}function xu({dark:e}){let t=xr[e?"dark":"light"],n=[0,.25,.5,.75,1].map(o=>t.box[Math.round(o*(Wo-1))]);
return l("span",{class:"legend diff-legend",children:[l("i",{class:"ghost",title:"Now below what is told"}),l("span",{children:"only in base"}),l("span",{children:"\
less"}),l("i",{style:{background:"linear-gradient(90deg,"+n.join(",")+")"}}),l("span",{children:"more"}),l("span",{class:"pale",title:"Functions whose interval \
contains 0 have paler colours",children:"pale: may be chance"})]})}var rm={cpu:"of CPU",wall:"of threads' time",gil:"with the GIL"},im=.05,sm=.95,yu=1;function ku({part:e}){return e===null||e>=.9995?null:l("span",{class:e<sm?"w\
arn":"",title:"How much of the interval there are data of",children:[Ne(e,1)," covered"]})}function bl(e,t,n,o){let r=[];if(t===null||n===null)return r;let i=Math.
abs(t-e[0])>yu,s=Math.abs(n-e[1])>yu;return o&&(i||s)&&Math.abs(t-e[0])<o&&Math.abs(n-e[1])<o?["snapped to "+tt(o)]:(i&&r.push(t>e[0]?"nothing before "+se(t):"b\
egins at "+se(t)),s&&r.push(n<e[1]?"data until "+se(n):"ends at "+se(n)),r)}function lm({meta:e}){let t=Object.entries(e.lost),n=t.reduce((r,[,i])=>r+i,0),o=n>im*
(e.looks+n);return n===0?null:l("span",{class:o?"warn":"",title:t.map(([r,i])=>r+" "+ye(i)).join(`
`)+`
Lost looks are counted, never guessed.`,children:[ye(n)," lost"]})}function Su({tree:e,whole:t,asked:n}){let{meta:o}=e,{mode:r}=o,i=lo(e,e.total[0]),s=e===t&&o.
cores!==null?o.cores:i!==null&&o.duration?i/o.duration:null,a=bl(n,o.from,o.until,o.step),u=[i!==null?Do(i)+" "+(rm[r]??r):ye(e.total[0])+" "+o.unit,e!==t&&Ne(e.
total[0],t.total[0])+" of all",s!==null&&!!o.duration&&Ue(s)+(r==="wall"?" threads":" cores")+" over "+tt(o.duration),o.from!==null&&o.until!==null&&(o.until-o.
from>86400?ct(o.from,o.until):(xt(o.from)===xt(Date.now()/1e3)?"":xt(o.from)+" ")+Lt(o.from)+"–"+Lt(o.until)),o.hosts!==null&&ze(o.hosts,"host"),ze(o.looks,"l\
ook")+(o.rateAsked?" at "+Ue(o.rateAsked)+" Hz":"")+(o.rateReached&&o.rateAsked&&o.rateReached<.98*o.rateAsked?" ("+Ue(o.rateReached)+" reached)":"")];return l(
"div",{class:"facts",children:[u.filter(c=>c!==!1).map(c=>l("span",{children:c},c)),a.map(c=>l("span",{class:"told",title:"Not exactly what was asked for",children:c},
c)),l(lm,{meta:o}),l(ku,{part:o.coverage})]})}function _u({name:e,about:t,unit:n}){return l("span",{class:"side "+e.toLowerCase(),children:[l("b",{children:e}),
" ",Ue(t.cores)," ",n,", ",ze(t.looks,"look"),t.hosts!==null&&t.hosts>1?", "+ze(t.hosts,"host"):""]})}function Tu({diff:e,mode:t,asked:n,base:o}){let r=t==="wal\
l"?"threads":"cores",i=[...bl(o,e.base.from,e.base.until,e.step),...bl(n,e.comp.from,e.comp.until,e.step)],s=e.comp.cores-e.base.cores,a=100*s/e.base.cores;return l(
he,{children:[l("div",{class:"facts",children:[l("span",{children:[Et(s)," ",r,e.base.cores>0?" ("+(s<0?"−":"+")+Math.abs(a).toFixed(1)+" %)":""]}),l(_u,{name:"\
Base",about:e.base,unit:r}),l(_u,{name:"Now",about:e.comp,unit:r}),[...new Set(i)].map(u=>l("span",{class:"told",children:u},u)),e.threshold>0&&l("span",{title:"\
Less than this is left out on both sides: it is never called new or gone",children:["pruned below ",Ne(e.threshold,1)]}),l(ku,{part:Math.min(e.base.coverage??1,
e.comp.coverage??1)})]}),!e.comparable&&l("div",{class:"strip",role:"alert",children:[l("b",{children:"These cannot be compared."}),l("span",{children:O(e.note)||
"Rate, native frames or mode changed in between."})]})]})}var Ci=10;function am(e){return e.reduce((t,n)=>t+(n??0),0)}function Mu(e,t){return Array.from({length:Math.max(e.length,t.length)},(n,o)=>{let r=e[o]??null,i=t[o]??
null;return r===null?i:i===null?r:r+i})}function cm(e,t){return String(e.labels[t]??e.labels[t.replace(/^label\./,"")]??Object.values(e.labels)[0]??"")}function Ai(e,t,n,o=""){
let r=e.series.map(p=>({name:cm(p,t)||o,own:p.v,weight:am(p.v)})).sort((p,h)=>h.weight-p.weight||(p.name<h.name?-1:1)),i=n??vi(r.map(p=>p.name)),s=r.slice(0,r.length>
Ci+1?Ci:r.length),a=r.slice(s.length),u=s.map(p=>({label:t==="pid"?"pid "+N(p.name):N(p.name)||"(no name)",name:p.name,colour:i.get(p.name)??ll,own:p.own,sum:[]}));
a.length>0&&u.push({label:a.length+" others",name:null,colour:ll,own:a.reduce((p,h)=>Mu(p,h.own),[]),sum:[]});let c=[];for(let p of u)c=p.sum=Mu(c,p.own);return u}
function Cu(e){let t=Math.max(0,...e.series.map(o=>o.v.length)),n=[];for(let o=0;o<t;o++){if(e.series.some(s=>(s.v[o]??null)!==null))continue;let r=e.from+o*e.step,
i=n[n.length-1];i&&i[1]===r?i[1]=r+e.step:n.push([r,r+e.step])}return n}var wl=22,um=7,fm=190;function vl(e,t){return(t-e[0])/(e[1]-e[0])}function pm(e,[t,n]){let o=Math.max(0,vl(e,t)),r=Math.min(1,vl(e,n));return r<=0||o>=1?null:{left:100*
o+"%",width:100*(r-o)+"%"}}function Au(e){return[e.text||"(no text)",se(e.at)+(e.until!==null?" – "+se(e.until)+" ("+tt(e.until-e.at)+")":""),[e.service&&"ser\
vice "+e.service,e.host&&"host "+e.host,e.by&&"by "+e.by,e.pin&&"kept for good"].filter(t=>t).join(" · ")].filter(t=>t!=="")}function dm({note:e,group:t,onOpen:n}){
let{left:o,room:r,turned:i}=t,s=a=>{let u=a.currentTarget.getBoundingClientRect();pl(Au(e),u.left,u.top)};return l("div",{class:"flag"+(e.pin?" pin":"")+(i?" tu\
rned":""),style:{left:100*o+"%"},children:l("button",{"aria-label":"Annotation: "+Au(e).join(", "),onClick:()=>{mn(),n(e)},onMouseEnter:s,onMouseLeave:mn,onFocus:s,
onBlur:mn,children:[l("i",{"aria-hidden":"true",children:e.pin?"◆":"⚑"}),r&&l("bdi",{children:O(e.text,28)})]})})}function hm(e,t,n){let o=[];for(let i of t){
let s=vl(e,i.at),a=o[o.length-1];s<0||s>1||(a&&(s-a.left)*n<wl?a.notes.push(i):o.push({left:s,notes:[i],room:!1,turned:!1}))}let r=-1/0;return o.forEach((i,s)=>{
let a=i.left*n,u=i.notes.length===1?i.notes[0].text:"",c=Math.min(fm,wl+um*u.length);i.turned=a+c>n,i.room=u!==""&&(i.turned?a-c>=r:s+1===o.length||a+c<o[s+1].left*
n),r=i.turned?a:a+(i.room?c:wl)}),o}function mm({group:e,onSpan:t}){let{notes:n,left:o,turned:r}=e,i=s=>{let a=s.currentTarget.getBoundingClientRect();pl([ze(n.
length,"annotation"),...n.slice(0,12).map(u=>se(u.at)+" "+u.text)],a.left,a.top)};return l("div",{class:"flag"+(r?" turned":""),style:{left:100*o+"%"},children:l(
"button",{"aria-label":ze(n.length,"annotation")+": zoom in",onMouseEnter:i,onMouseLeave:mn,onFocus:i,onBlur:mn,onClick:()=>{mn(),t([n[0].at,n[n.length-1].at])},
children:[l("i",{"aria-hidden":"true",children:"⚑"}),n.length]})})}function Pi({window:e,bands:t,notes:n,cursor:o,onNote:r,onSpan:i}){let s=me(null),[a,u]=Q(800);
return De(()=>{let c=new ResizeObserver(()=>u(s.current?.clientWidth??0));return c.observe(s.current),()=>c.disconnect()},[]),l("div",{class:"marks",ref:s,children:[
[...t,...n.filter(c=>c.until!==null).map(c=>({kind:"pin",at:[c.at,c.until]}))].map((c,p)=>{let h=pm(e,c.at);return h&&l("div",{class:"band "+c.kind,style:h,children:c.
text&&l("span",{children:c.text})},p)}),o!==null&&l("div",{class:"hair",style:{left:100*o+"%"}}),hm(e,n,a).map(c=>c.notes.length>1&&i?l(mm,{group:c,onSpan:i},c.
notes[0].id):l(dm,{note:c.notes[0],group:c,onOpen:r},c.notes[0].id))]})}var gm="uplot",bm="u-hz",wm="u-vt",vm="u-title",xm="u-wrap",ym="u-under",_m="u-over",km="u-axis",po="u-off",Sm="u-select",Tm="u-cursor-x",Mm="u-cursor-y",Cm="u-\
cursor-pt",Am="u-legend",Pm="u-live",Em="u-inline",Lm="u-series",Fm="u-marker",Pu="u-label",Nm="u-value",kr="width",Sr="height";var Eu="bottom",Ko="left",xl="right",Dl="#000",Lu=Dl+"0",yl="mousemove",Fu="mousedown",_l="mouseup",Nu="mouseenter",Hu="mouseleave",Ru="dblclick",Hm="resize",Rm="\
scroll",zu="change",Hi="dppxchange",Ol="--",Xo=typeof window<"u",Cl=Xo?document:null,jo=Xo?window:null,zm=Xo?navigator:null,we,Ei;function Al(){let e=devicePixelRatio;
we!=e&&(we=e,Ei&&El(zu,Ei,Al),Ei=matchMedia(`(min-resolution: ${we-.001}dppx) and (max-resolution: ${we+.001}dppx)`),ho(zu,Ei,Al),jo.dispatchEvent(new CustomEvent(
Hi)))}function Ht(e,t){if(t!=null){let n=e.classList;!n.contains(t)&&n.add(t)}}function Pl(e,t){let n=e.classList;n.contains(t)&&n.remove(t)}function He(e,t,n){
e.style[t]=n+"px"}function nn(e,t,n,o){let r=Cl.createElement(e);return t!=null&&Ht(r,t),n?.insertBefore(r,o),r}function Kt(e,t){return nn("div",e,t)}var Du=new WeakMap;
function gn(e,t,n,o,r){let i="translate("+t+"px,"+n+"px)",s=Du.get(e);i!=s&&(e.style.transform=i,Du.set(e,i),t<0||n<0||t>o||n>r?Ht(e,po):Pl(e,po))}var Ou=new WeakMap;
function Iu(e,t,n){let o=t+n,r=Ou.get(e);o!=r&&(Ou.set(e,o),e.style.background=t,e.style.borderColor=n)}var Wu=new WeakMap;function Uu(e,t,n,o){let r=t+""+n,i=Wu.
get(e);r!=i&&(Wu.set(e,r),e.style.height=n+"px",e.style.width=t+"px",e.style.marginLeft=o?-t/2+"px":0,e.style.marginTop=o?-n/2+"px":0)}var Il={passive:!0},Dm={...Il,
capture:!0};function ho(e,t,n,o){t.addEventListener(e,n,o?Dm:Il)}function El(e,t,n,o){t.removeEventListener(e,n,Il)}Xo&&Al();function on(e,t,n,o){let r;n=n||0,o=
o||t.length-1;let i=o<=2147483647;for(;o-n>1;)r=i?n+o>>1:Rt((n+o)/2),t[r]<e?n=r:o=r;return e-t[n]<=t[o]-e?n:o}function gf(e){return(n,o,r)=>{let i=-1,s=-1;for(let a=o;a<=
r;a++)if(e(n[a])){i=a;break}for(let a=r;a>=o;a--)if(e(n[a])){s=a;break}return[i,s]}}var bf=e=>e!=null,wf=e=>e!=null&&e>0,Di=gf(bf),Om=gf(wf);function Im(e,t,n,o=0,r=!1){
let i=r?Om:Di,s=r?wf:bf;[t,n]=i(e,t,n);let a=e[t],u=e[t];if(t>-1)if(o==1)a=e[t],u=e[n];else if(o==-1)a=e[n],u=e[t];else for(let c=t;c<=n;c++){let p=e[c];s(p)&&(p<
a?a=p:p>u&&(u=p))}return[a??Me,u??-Me]}function Oi(e,t,n,o){let r=Vu(e),i=Vu(t);e==t&&(r==-1?(e*=n,t/=n):(e/=n,t*=n));let s=n==10?Sn:vf,a=r==1?Rt:Gt,u=i==1?Gt:Rt,
c=a(s(Ye(e))),p=u(s(Ye(t))),h=Yo(n,c),w=Yo(n,p);return n==10&&(c<0&&(h=Ce(h,-c)),p<0&&(w=Ce(w,-p))),o||n==2?(e=h*r,t=w*i):(e=kf(e,h),t=Ii(t,w)),[e,t]}function Wl(e,t,n,o){
let r=Oi(e,t,n,o);return e==0&&(r[0]=0),t==0&&(r[1]=0),r}var Ul=.1,qu={mode:3,pad:Ul},Mr={pad:0,soft:null,mode:0},Wm={min:Mr,max:Mr};function Ri(e,t,n,o){return Wi(
n)?Bu(e,t,n):(Mr.pad=n,Mr.soft=o?0:null,Mr.mode=o?3:0,Bu(e,t,Wm))}function ge(e,t){return e??t}function Um(e,t,n){for(t=ge(t,0),n=ge(n,e.length-1);t<=n;){if(e[t]!=
null)return!0;t++}return!1}function Bu(e,t,n){let o=n.min,r=n.max,i=ge(o.pad,0),s=ge(r.pad,0),a=ge(o.hard,-Me),u=ge(r.hard,Me),c=ge(o.soft,Me),p=ge(r.soft,-Me),
h=ge(o.mode,0),w=ge(r.mode,0),g=t-e,x=Sn(g),M=yt(Ye(e),Ye(t)),S=Sn(M),k=Ye(S-x);(g<1e-24||k>10)&&(g=0,(e==0||t==0)&&(g=1e-24,h==2&&c!=Me&&(i=0),w==2&&p!=-Me&&(s=
0)));let _=g||M||1e3,A=Sn(_),C=Yo(10,Rt(A)),U=_*(g==0?e==0?.1:1:i),H=Ce(kf(e-U,C/10),24),F=e>=c&&(h==1||h==3&&H<=c||h==2&&H>=c)?c:Me,q=yt(a,H<F&&e>=F?F:rn(F,H)),
Y=_*(g==0?t==0?.1:1:s),j=Ce(Ii(t+Y,C/10),24),E=t<=p&&(w==1||w==3&&j>=p||w==2&&j<=p)?p:-Me,$=rn(u,j>E&&t<=E?E:yt(E,j));return q==$&&q==0&&($=100),[q,$]}var qm=new Intl.
NumberFormat(Xo?zm.language:"en-US"),ql=e=>qm.format(e),zt=Math,Ni=zt.PI,Ye=zt.abs,Rt=zt.floor,je=zt.round,Gt=zt.ceil,rn=zt.min,yt=zt.max,Yo=zt.pow,Vu=zt.sign,Sn=zt.
log10,vf=zt.log2,Bm=(e,t=1)=>zt.sinh(e)*t,kl=(e,t=1)=>zt.asinh(e/t),Me=1/0;function Ku(e){return(Sn((e^e>>31)-(e>>31))|0)+1}function Ll(e,t,n){return rn(yt(e,t),
n)}function xf(e){return typeof e=="function"}function le(e){return xf(e)?e:()=>e}var Vm=()=>{},yf=e=>e,_f=(e,t)=>t,Km=e=>null,Gu=e=>!0,ju=(e,t)=>e==t,Gm=/\.\d*?(?=9{6,}|0{6,})/gm,
mo=e=>{if(Tf(e)||Bn.has(e))return e;let t=`${e}`,n=t.match(Gm);if(n==null)return e;let o=n[0].length-1;if(t.indexOf("e-")!=-1){let[r,i]=t.split("e");return+`${mo(
r)}e${i}`}return Ce(e,o)};function uo(e,t){return mo(Ce(mo(e/t))*t)}function Ii(e,t){return mo(Gt(mo(e/t))*t)}function kf(e,t){return mo(Rt(mo(e/t))*t)}function Ce(e,t=0){
if(Tf(e))return e;let n=10**t,o=e*n*(1+Number.EPSILON);return je(o)/n}var Bn=new Map;function Sf(e){return((""+e).split(".")[1]||"").length}function Ar(e,t,n,o){
let r=[],i=o.map(Sf);for(let s=t;s<n;s++){let a=Ye(s),u=Ce(Yo(e,s),a);for(let c=0;c<o.length;c++){let p=e==10?+`${o[c]}e${s}`:o[c]*u,h=(s>=0?0:a)+(s>=i[c]?0:i[c]),
w=e==10?p:Ce(p,h);r.push(w),Bn.set(w,h)}}return r}var Cr={},Bl=[],$o=[null,null],qn=Array.isArray,Tf=Number.isInteger,jm=e=>e===void 0;function Yu(e){return typeof e==
"string"}function Wi(e){let t=!1;if(e!=null){let n=e.constructor;t=n==null||n==Object}return t}function Ym(e){return e!=null&&typeof e=="object"}var $m=Object.getPrototypeOf(
Uint8Array),Mf="__proto__";function Zo(e,t=Wi){let n;if(qn(e)){let o=e.find(r=>r!=null);if(qn(o)||t(o)){n=Array(e.length);for(let r=0;r<e.length;r++)n[r]=Zo(e[r],
t)}else n=e.slice()}else if(e instanceof $m)n=e.slice();else if(t(e)){n={};for(let o in e)o!=Mf&&(n[o]=Zo(e[o],t))}else n=e;return n}function Ve(e){let t=arguments;
for(let n=1;n<t.length;n++){let o=t[n];for(let r in o)r!=Mf&&(Wi(e[r])?Ve(e[r],Zo(o[r])):e[r]=Zo(o[r]))}return e}var Zm=0,Jm=1,Xm=2;function Qm(e,t,n){for(let o=0,
r,i=-1;o<t.length;o++){let s=t[o];if(s>i){for(r=s-1;r>=0&&e[r]==null;)e[r--]=null;for(r=s+1;r<n&&e[r]==null;)e[i=r++]=null}}}function eg(e,t){if(og(e)){let s=e[0].
slice();for(let a=1;a<e.length;a++)s.push(...e[a].slice(1));return rg(s[0])||(s=ng(s)),s}let n=new Set;for(let s=0;s<e.length;s++){let u=e[s][0],c=u.length;for(let p=0;p<
c;p++)n.add(u[p])}let o=[Array.from(n).sort((s,a)=>s-a)],r=o[0].length,i=new Map;for(let s=0;s<r;s++)i.set(o[0][s],s);for(let s=0;s<e.length;s++){let a=e[s],u=a[0];
for(let c=1;c<a.length;c++){let p=a[c],h=Array(r).fill(void 0),w=t?t[s][c]:Jm,g=[];for(let x=0;x<p.length;x++){let M=p[x],S=i.get(u[x]);M===null?w!=Zm&&(h[S]=M,
w==Xm&&g.push(S)):h[S]=M}Qm(h,g,r),o.push(h)}}return o}var tg=typeof queueMicrotask>"u"?e=>Promise.resolve().then(e):queueMicrotask;function ng(e){let t=e[0],n=t.
length,o=Array(n);for(let i=0;i<o.length;i++)o[i]=i;o.sort((i,s)=>t[i]-t[s]);let r=[];for(let i=0;i<e.length;i++){let s=e[i],a=Array(n);for(let u=0;u<n;u++)a[u]=
s[o[u]];r.push(a)}return r}function og(e){let t=e[0][0],n=t.length;for(let o=1;o<e.length;o++){let r=e[o][0];if(r.length!=n)return!1;if(r!=t){for(let i=0;i<n;i++)
if(r[i]!=t[i])return!1}}return!0}function rg(e,t=100){let n=e.length;if(n<=1)return!0;let o=0,r=n-1;for(;o<=r&&e[o]==null;)o++;for(;r>=o&&e[r]==null;)r--;if(r<=
o)return!0;let i=yt(1,Rt((r-o+1)/t));for(let s=e[o],a=o+i;a<=r;a+=i){let u=e[a];if(u!=null){if(u<=s)return!1;s=u}}return!0}var Cf=["January","February","March",
"April","May","June","July","August","September","October","November","December"],Af=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function Pf(e){
return e.slice(0,3)}var ig=Af.map(Pf),sg=Cf.map(Pf),lg={MMMM:Cf,MMM:sg,WWWW:Af,WWW:ig};function _r(e){return(e<10?"0":"")+e}function ag(e){return(e<10?"00":e<100?
"0":"")+e}var cg={YYYY:e=>e.getFullYear(),YY:e=>(e.getFullYear()+"").slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>_r(e.getMonth()+
1),M:e=>e.getMonth()+1,DD:e=>_r(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>_r(e.getHours()),H:e=>e.getHours(),
h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?"PM":"AM",aa:e=>e.getHours()>=12?"pm":"am",a:e=>e.getHours()>=12?"p":"a",mm:e=>_r(e.
getMinutes()),m:e=>e.getMinutes(),ss:e=>_r(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>ag(e.getMilliseconds())};function Vl(e,t){t=t||lg;let n=[],o=/\{([a-z]+)\}|[^{]+/gi,
r;for(;r=o.exec(e);)n.push(r[0][0]=="{"?cg[r[1]]:r[0]);return i=>{let s="";for(let a=0;a<n.length;a++)s+=typeof n[a]=="string"?n[a]:n[a](i,t);return s}}var ug=new Intl.
DateTimeFormat().resolvedOptions().timeZone;function fg(e,t){let n;return t=="UTC"||t=="Etc/UTC"?n=new Date(+e+e.getTimezoneOffset()*6e4):t==ug?n=e:(n=new Date(
e.toLocaleString("en-US",{timeZone:t})),n.setMilliseconds(e.getMilliseconds())),n}var Ef=e=>e%1==0,zi=[1,2,2.5,5],pg=Ar(10,-32,0,zi),Lf=Ar(10,0,32,zi),dg=Lf.filter(
Ef),fo=pg.concat(Lf),Kl=`
`,Ff="{YYYY}",$u=Kl+Ff,Nf="{M}/{D}",Tr=Kl+Nf,Li=Tr+"/{YY}",Hf="{aa}",hg="{h}:{mm}",Go=hg+Hf,Zu=Kl+Go,Ju=":{ss}",ve=null;function Rf(e){let t=e*1e3,n=t*60,o=n*60,
r=o*24,i=r*30,s=r*365,u=(e==1?Ar(10,0,3,zi).filter(Ef):Ar(10,-3,0,zi)).concat([t,t*5,t*10,t*15,t*30,n,n*5,n*10,n*15,n*30,o,o*2,o*3,o*4,o*6,o*8,o*12,r,r*2,r*3,r*
4,r*5,r*6,r*7,r*8,r*9,r*10,r*15,i,i*2,i*3,i*4,i*6,s,s*2,s*5,s*10,s*25,s*50,s*100]),c=[[s,Ff,ve,ve,ve,ve,ve,ve,1],[r*28,"{MMM}",$u,ve,ve,ve,ve,ve,1],[r,Nf,$u,ve,
ve,ve,ve,ve,1],[o,"{h}"+Hf,Li,ve,Tr,ve,ve,ve,1],[n,Go,Li,ve,Tr,ve,ve,ve,1],[t,Ju,Li+" "+Go,ve,Tr+" "+Go,ve,Zu,ve,1],[e,Ju+".{fff}",Li+" "+Go,ve,Tr+" "+Go,ve,Zu,
ve,1]];function p(h){return(w,g,x,M,S,k)=>{let _=[],A=S>=s,C=S>=i&&S<s,U=h(x),H=Ce(U*e,3),F=Sl(U.getFullYear(),A?0:U.getMonth(),C||A?1:U.getDate()),q=Ce(F*e,3);
if(C||A){let Y=C?S/i:0,j=A?S/s:0,E=H==q?H:Ce(Sl(F.getFullYear()+j,F.getMonth()+Y,1)*e,3),$=new Date(je(E/e)),R=$.getFullYear(),te=$.getMonth();for(let V=0;E<=M;V++){
let re=Sl(R+j*V,te+Y*V,1),K=re-h(Ce(re*e,3));E=Ce((+re+K)*e,3),E<=M&&_.push(E)}}else{let Y=S>=r?r:S,j=Rt(x)-Rt(H),E=q+j+Ii(H-q,Y);_.push(E);let $=h(E),R=$.getHours()+
$.getMinutes()/n+$.getSeconds()/o,te=S/o,V=w.axes[g]._space,re=k/V;for(;E=Ce(E+S,e==1?0:3),!(E>M);)if(te>1){let K=Rt(Ce(R+te,6))%24,ae=h(E).getHours()-K;ae>1&&(ae=
-1),E-=ae*o,R=(R+te)%24;let pe=_[_.length-1];Ce((E-pe)/S,3)*re>=.7&&_.push(E)}else _.push(E)}return _}}return[u,c,p]}var[mg,gg,bg]=Rf(1),[wg,vg,xg]=Rf(.001);Ar(
2,-53,53,[1]);function Xu(e,t){return e.map(n=>n.map((o,r)=>r==0||r==8||o==null?o:t(r==1||n[8]==0?o:n[1]+o)))}function Qu(e,t){return(n,o,r,i,s)=>{let a=t.find(
x=>s>=x[0])||t[t.length-1],u,c,p,h,w,g;return o.map(x=>{let M=e(x),S=M.getFullYear(),k=M.getMonth(),_=M.getDate(),A=M.getHours(),C=M.getMinutes(),U=M.getSeconds(),
H=S!=u&&a[2]||k!=c&&a[3]||_!=p&&a[4]||A!=h&&a[5]||C!=w&&a[6]||U!=g&&a[7]||a[1];return u=S,c=k,p=_,h=A,w=C,g=U,H(M)})}}function yg(e,t){let n=Vl(t);return(o,r,i,s,a)=>r.
map(u=>n(e(u)))}function Sl(e,t,n){return new Date(e,t,n)}function ef(e,t){return t(e)}var _g="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function tf(e,t){return(n,o,r,i)=>i==
null?Ol:t(e(o))}function kg(e,t){let n=e.series[t];return n.width?n.stroke(e,t):n.points.width?n.points.stroke(e,t):null}function Sg(e,t){return e.series[t].fill(
e,t)}var Tg={show:!0,live:!0,isolate:!1,mount:Vm,markers:{show:!0,width:2,stroke:kg,fill:Sg,dash:"solid"},idx:null,idxs:null,values:[]};function Mg(e,t){let n=e.
cursor.points,o=Kt(),r=n.size(e,t);He(o,kr,r),He(o,Sr,r);let i=r/-2;He(o,"marginLeft",i),He(o,"marginTop",i);let s=n.width(e,t,r);return s&&He(o,"borderWidth",s),
o}function Cg(e,t){let n=e.series[t].points;return n._fill||n._stroke}function Ag(e,t){let n=e.series[t].points;return n._stroke||n._fill}function Pg(e,t){return e.
series[t].points.size}var Tl=[0,0];function Eg(e,t,n){return Tl[0]=t,Tl[1]=n,Tl}function Fi(e,t,n,o=!0){return r=>{r.button==0&&(!o||r.target==t)&&n(r)}}function Ml(e,t,n,o=!0){
return r=>{(!o||r.target==t)&&n(r)}}var Lg={show:!0,x:!0,y:!0,lock:!1,move:Eg,points:{one:!1,show:Mg,size:Pg,width:0,stroke:Ag,fill:Cg},bind:{mousedown:Fi,mouseup:Fi,
click:Fi,dblclick:Fi,mousemove:Ml,mouseleave:Ml,mouseenter:Ml},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.stopImmediatePropagation()},
_x:!1,_y:!1},focus:{dist:(e,t,n,o,r)=>o-r,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},zf={
show:!0,stroke:"rgba(0,0,0,0.07)",width:2},Gl=Ve({},zf,{filter:_f}),Df=Ve({},Gl,{size:10}),Of=Ve({},zf,{show:!1}),jl='12px system-ui, -apple-system, "Segoe UI",\
 Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',If="bold "+jl,Wf=1.5,nf={
show:!0,scale:"x",stroke:Dl,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:If,side:2,grid:Gl,ticks:Df,border:Of,font:jl,lineGap:Wf,rotate:0},
Fg="Value",Ng="Time",of={show:!0,scale:"x",auto:!1,sorted:1,min:Me,max:-Me,idxs:[]};function Hg(e,t,n,o,r){return t.map(i=>i==null?"":ql(i))}function Rg(e,t,n,o,r,i,s){
let a=[],u=Bn.get(r)||0;n=s?n:Ce(Ii(n,r),u);for(let c=n;c<=o;c=Ce(c+r,u))a.push(Object.is(c,-0)?0:c);return a}function Fl(e,t,n,o,r,i,s){let a=[],u=e.scales[e.axes[t].
scale].log,c=u==10?Sn:vf,p=Rt(c(n));r=Yo(u,p),u==10&&(r=fo[on(r,fo)]);let h=n,w=r*u;u==10&&(w=fo[on(w,fo)]);do a.push(h),h=h+r,u==10&&!Bn.has(h)&&(h=Ce(h,Bn.get(
r))),h>=w&&(r=h,w=r*u,u==10&&(w=fo[on(w,fo)]));while(h<=o);return a}function zg(e,t,n,o,r,i,s){let u=e.scales[e.axes[t].scale].asinh,c=o>u?Fl(e,t,yt(u,n),o,r):[
u],p=o>=0&&n<=0?[0]:[];return(n<-u?Fl(e,t,yt(u,-o),-n,r):[u]).reverse().map(w=>-w).concat(p,c)}var Uf=/./,Dg=/[12357]/,Og=/[125]/,rf=/1/,Nl=(e,t,n,o)=>e.map((r,i)=>t==
4&&r==0||i%o==0&&n.test(r.toExponential()[r<0?1:0])?r:null);function Ig(e,t,n,o,r){let i=e.axes[n],s=i.scale,a=e.scales[s],u=e.valToPos,c=i._space,p=u(10,s),h=u(
9,s)-p>=c?Uf:u(7,s)-p>=c?Dg:u(5,s)-p>=c?Og:rf;if(h==rf){let w=Ye(u(1,s)-p);if(w<c)return Nl(t.slice().reverse(),a.distr,h,Gt(c/w)).reverse()}return Nl(t,a.distr,
h,1)}function Wg(e,t,n,o,r){let i=e.axes[n],s=i.scale,a=i._space,u=e.valToPos,c=Ye(u(1,s)-u(2,s));return c<a?Nl(t.slice().reverse(),3,Uf,Gt(a/c)).reverse():t}function Ug(e,t,n,o){
return o==null?Ol:t==null?"":ql(t)}var sf={show:!0,scale:"y",stroke:Dl,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:If,side:3,grid:Gl,ticks:Df,
border:Of,font:jl,lineGap:Wf,rotate:0};function qg(e,t){let n=3+(e||1)*2;return Ce(n*t,3)}function Bg(e,t){let{scale:n,idxs:o}=e.series[0],r=e._data[0],i=e.valToPos(
r[o[0]],n,!0),s=e.valToPos(r[o[1]],n,!0),a=Ye(s-i),u=e.series[t],c=a/(u.points.space*we);return o[1]-o[0]<=c}var lf={scale:null,auto:!0,sorted:0,min:Me,max:-Me},
qf=(e,t,n,o,r)=>r,af={show:!0,auto:!0,sorted:0,gaps:qf,alpha:1,facets:[Ve({},lf,{scale:"x"}),Ve({},lf,{scale:"y"})]},cf={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:qf,alpha:1,points:{show:Bg,filter:null},values:null,min:Me,max:-Me,idxs:[],path:null,clip:null};function Vg(e,t,n,o,r){return n/10}var Bf={time:!0,auto:!0,
distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},Kg=Ve({},Bf,{time:!1,ori:1}),uf={};function Vf(e,t){let n=uf[e];return n||(n={key:e,plots:[],sub(o){n.plots.
push(o)},unsub(o){n.plots=n.plots.filter(r=>r!=o)},pub(o,r,i,s,a,u,c){for(let p=0;p<n.plots.length;p++)n.plots[p]!=r&&n.plots[p].pub(o,r,i,s,a,u,c)}},e!=null&&(uf[e]=
n)),n}var Jo=1,Hl=2;function go(e,t,n){let o=e.mode,r=e.series[t],i=o==2?e._data[t]:e._data,s=e.scales,a=e.bbox,u=i[0],c=o==2?i[1]:i[t],p=o==2?s[r.facets[0].scale]:
s[e.series[0].scale],h=o==2?s[r.facets[1].scale]:s[r.scale],w=a.left,g=a.top,x=a.width,M=a.height,S=e.valToPosH,k=e.valToPosV;return p.ori==0?n(r,u,c,p,h,S,k,w,
g,x,M,qi,Qo,Vi,Gf,Yf):n(r,u,c,p,h,k,S,g,w,M,x,Bi,er,Zl,jf,$f)}function Yl(e,t){let n=0,o=0,r=ge(e.bands,Bl);for(let i=0;i<r.length;i++){let s=r[i];s.series[0]==
t?n=s.dir:s.series[1]==t&&(s.dir==1?o|=1:o|=2)}return[n,o==1?-1:o==2?1:o==3?2:0]}function Gg(e,t,n,o,r){let i=e.mode,s=e.series[t],a=i==2?s.facets[1].scale:s.scale,
u=e.scales[a];return r==-1?u.min:r==1?u.max:u.distr==3?u.dir==1?u.min:u.max:0}function Tn(e,t,n,o,r,i){return go(e,t,(s,a,u,c,p,h,w,g,x,M,S)=>{let k=s.pxRound,_=c.
dir*(c.ori==0?1:-1),A=c.ori==0?Qo:er,C,U;_==1?(C=n,U=o):(C=o,U=n);let H=k(h(a[C],c,M,g)),F=k(w(u[C],p,S,x)),q=k(h(a[U],c,M,g)),Y=k(w(i==1?p.max:p.min,p,S,x)),j=new Path2D(
r);return A(j,q,Y),A(j,H,Y),A(j,H,F),j})}function Ui(e,t,n,o,r,i){let s=null;if(e.length>0){s=new Path2D;let a=t==0?Vi:Zl,u=n;for(let h=0;h<e.length;h++){let w=e[h];
if(w[1]>w[0]){let g=w[0]-u;g>0&&a(s,u,o,g,o+i),u=w[1]}}let c=n+r-u,p=10;c>0&&a(s,u,o-p/2,c,o+i+p)}return s}function jg(e,t,n){let o=e[e.length-1];o&&o[0]==t?o[1]=
n:e.push([t,n])}function $l(e,t,n,o,r,i,s){let a=[],u=e.length;for(let c=r==1?n:o;c>=n&&c<=o;c+=r)if(t[c]===null){let h=c,w=c;if(r==1)for(;++c<=o&&t[c]===null;)
w=c;else for(;--c>=n&&t[c]===null;)w=c;let g=i(e[h]),x=w==h?g:i(e[w]),M=h-r;g=s<=0&&M>=0&&M<u?i(e[M]):g;let k=w+r;x=s>=0&&k>=0&&k<u?i(e[k]):x,x>=g&&a.push([g,x])}
return a}function ff(e){return e==0?yf:e==1?je:t=>uo(t,e)}function Kf(e){let t=e==0?qi:Bi,n=e==0?(r,i,s,a,u,c)=>{r.arcTo(i,s,a,u,c)}:(r,i,s,a,u,c)=>{r.arcTo(s,i,
u,a,c)},o=e==0?(r,i,s,a,u)=>{r.rect(i,s,a,u)}:(r,i,s,a,u)=>{r.rect(s,i,u,a)};return(r,i,s,a,u,c=0,p=0)=>{c==0&&p==0?o(r,i,s,a,u):(c=rn(c,a/2,u/2),p=rn(p,a/2,u/2),
t(r,i+c,s),n(r,i+a,s,i+a,s+u,c),n(r,i+a,s+u,i,s+u,p),n(r,i,s+u,i,s,p),n(r,i,s,i+a,s,c),r.closePath())}}var qi=(e,t,n)=>{e.moveTo(t,n)},Bi=(e,t,n)=>{e.moveTo(n,t)},
Qo=(e,t,n)=>{e.lineTo(t,n)},er=(e,t,n)=>{e.lineTo(n,t)},Vi=Kf(0),Zl=Kf(1),Gf=(e,t,n,o,r,i)=>{e.arc(t,n,o,r,i)},jf=(e,t,n,o,r,i)=>{e.arc(n,t,o,r,i)},Yf=(e,t,n,o,r,i,s)=>{
e.bezierCurveTo(t,n,o,r,i,s)},$f=(e,t,n,o,r,i,s)=>{e.bezierCurveTo(n,t,r,o,s,i)};function Zf(e){return(t,n,o,r,i)=>go(t,n,(s,a,u,c,p,h,w,g,x,M,S)=>{let{pxRound:k,
points:_}=s,A,C;c.ori==0?(A=qi,C=Gf):(A=Bi,C=jf);let U=Ce(_.width*we,3),H=(_.size-_.width)/2*we,F=Ce(H*2,3),q=new Path2D,Y=new Path2D,{left:j,top:E,width:$,height:R}=t.
bbox;Vi(Y,j-F,E-F,$+F*2,R+F*2);let te=V=>{if(u[V]!=null){let re=k(h(a[V],c,M,g)),K=k(w(u[V],p,S,x));A(q,re+H,K),C(q,re,K,H,0,Ni*2)}};if(i)i.forEach(te);else for(let V=o;V<=
r;V++)te(V);return{stroke:U>0?q:null,fill:q,clip:Y,flags:Jo|Hl}})}function Jf(e){return(t,n,o,r,i,s)=>{o!=r&&(i!=o&&s!=o&&e(t,n,o),i!=r&&s!=r&&e(t,n,r),e(t,n,s))}}
var Yg=Jf(Qo),$g=Jf(er);function Xf(e){let t=ge(e?.alignGaps,0);return(n,o,r,i)=>go(n,o,(s,a,u,c,p,h,w,g,x,M,S)=>{[r,i]=Di(u,r,i);let k=s.pxRound,_=R=>k(h(R,c,M,
g)),A=R=>k(w(R,p,S,x)),C,U;c.ori==0?(C=Qo,U=Yg):(C=er,U=$g);let H=c.dir*(c.ori==0?1:-1),F={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Jo},q=F.
stroke,Y=!1;if(i-r>=M*4){let R=B=>n.posToVal(B,c.key,!0),te=null,V=null,re,K,rt,_e=_(a[H==1?r:i]),ae=_(a[r]),pe=_(a[i]),J=R(H==1?ae+1:pe-1);for(let B=H==1?r:i;B>=
r&&B<=i;B+=H){let Se=a[B],Te=(H==1?Se<J:Se>J)?_e:_(Se),ue=u[B];Te==_e?ue!=null?(K=ue,te==null?(C(q,Te,A(K)),re=te=V=K):K<te?te=K:K>V&&(V=K)):ue===null&&(Y=!0):(te!=
null&&U(q,_e,A(te),A(V),A(re),A(K)),ue!=null?(K=ue,C(q,Te,A(K)),te=V=re=K):(te=V=null,ue===null&&(Y=!0)),_e=Te,J=R(_e+H))}te!=null&&te!=V&&rt!=_e&&U(q,_e,A(te),
A(V),A(re),A(K))}else for(let R=H==1?r:i;R>=r&&R<=i;R+=H){let te=u[R];te===null?Y=!0:te!=null&&C(q,_(a[R]),A(te))}let[E,$]=Yl(n,o);if(s.fill!=null||E!=0){let R=F.
fill=new Path2D(q),te=s.fillTo(n,o,s.min,s.max,E),V=A(te),re=_(a[r]),K=_(a[i]);H==-1&&([K,re]=[re,K]),C(R,K,V),C(R,re,V)}if(!s.spanGaps){let R=[];Y&&R.push(...$l(
a,u,r,i,H,_,t)),F.gaps=R=s.gaps(n,o,r,i,R),F.clip=Ui(R,c.ori,g,x,M,S)}return $!=0&&(F.band=$==2?[Tn(n,o,r,i,q,-1),Tn(n,o,r,i,q,1)]:Tn(n,o,r,i,q,$)),F})}function Zg(e){
let t=ge(e.align,1),n=ge(e.ascDesc,!1),o=ge(e.alignGaps,0),r=ge(e.extend,!1);return(i,s,a,u)=>go(i,s,(c,p,h,w,g,x,M,S,k,_,A)=>{[a,u]=Di(h,a,u);let C=c.pxRound,{
left:U,width:H}=i.bbox,F=ae=>C(x(ae,w,_,S)),q=ae=>C(M(ae,g,A,k)),Y=w.ori==0?Qo:er,j={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Jo},E=j.stroke,
$=w.dir*(w.ori==0?1:-1),R=q(h[$==1?a:u]),te=F(p[$==1?a:u]),V=te,re=te;r&&t==-1&&(re=U,Y(E,re,R)),Y(E,te,R);for(let ae=$==1?a:u;ae>=a&&ae<=u;ae+=$){let pe=h[ae];
if(pe==null)continue;let J=F(p[ae]),B=q(pe);t==1?Y(E,J,R):Y(E,V,B),Y(E,J,B),R=B,V=J}let K=V;r&&t==1&&(K=U+H,Y(E,K,R));let[rt,_e]=Yl(i,s);if(c.fill!=null||rt!=0){
let ae=j.fill=new Path2D(E),pe=c.fillTo(i,s,c.min,c.max,rt),J=q(pe);Y(ae,K,J),Y(ae,re,J)}if(!c.spanGaps){let ae=[];ae.push(...$l(p,h,a,u,$,F,o));let pe=c.width*
we/2,J=n||t==1?pe:-pe,B=n||t==-1?-pe:pe;ae.forEach(Se=>{Se[0]+=J,Se[1]+=B}),j.gaps=ae=c.gaps(i,s,a,u,ae),j.clip=Ui(ae,w.ori,S,k,_,A)}return _e!=0&&(j.band=_e==2?
[Tn(i,s,a,u,E,-1),Tn(i,s,a,u,E,1)]:Tn(i,s,a,u,E,_e)),j})}function pf(e,t,n,o,r,i,s=Me){if(e.length>1){let a=null;for(let u=0,c=1/0;u<e.length;u++)if(t[u]!==void 0){
if(a!=null){let p=Ye(e[u]-e[a]);p<c&&(c=p,s=Ye(n(e[u],o,r,i)-n(e[a],o,r,i)))}a=u}}return s}function Jg(e){e=e||Cr;let t=ge(e.size,[.6,Me,1]),n=e.align||0,o=e.gap||
0,r=e.radius;r=r==null?[0,0]:typeof r=="number"?[r,0]:r;let i=le(r),s=1-t[0],a=ge(t[1],Me),u=ge(t[2],1),c=ge(e.disp,Cr),p=ge(e.each,g=>{}),{fill:h,stroke:w}=c;return(g,x,M,S)=>go(
g,x,(k,_,A,C,U,H,F,q,Y,j,E)=>{let $=k.pxRound,R=n,te=o*we,V=a*we,re=u*we,K,rt;C.ori==0?[K,rt]=i(g,x):[rt,K]=i(g,x);let _e=C.dir*(C.ori==0?1:-1),ae=C.ori==0?Vi:Zl,
pe=C.ori==0?p:(I,Ae,Ge,wo,jn,sn,Yn)=>{p(I,Ae,Ge,jn,wo,Yn,sn)},J=ge(g.bands,Bl).find(I=>I.series[0]==x),B=J!=null?J.dir:0,Se=k.fillTo(g,x,k.min,k.max,B),it=$(F(Se,
U,E,Y)),Te,ue,_t,pt=j,Pe=$(k.width*we),Tt=!1,Dt=null,Ke=null,jt=null,bn=null;h!=null&&(Pe==0||w!=null)&&(Tt=!0,Dt=h.values(g,x,M,S),Ke=new Map,new Set(Dt).forEach(
I=>{I!=null&&Ke.set(I,new Path2D)}),Pe>0&&(jt=w.values(g,x,M,S),bn=new Map,new Set(jt).forEach(I=>{I!=null&&bn.set(I,new Path2D)})));let{x0:Yt,size:An}=c;if(Yt!=
null&&An!=null){R=1,_=Yt.values(g,x,M,S),Yt.unit==2&&(_=_.map(Ge=>g.posToVal(q+Ge*j,C.key,!0)));let I=An.values(g,x,M,S);An.unit==2?ue=I[0]*j:ue=H(I[0],C,j,q)-H(
0,C,j,q),pt=pf(_,A,H,C,j,q,pt),_t=pt-ue+te}else pt=pf(_,A,H,C,j,q,pt),_t=pt*s+te,ue=pt-_t;_t<1&&(_t=0),Pe>=ue/2&&(Pe=0),_t<5&&($=yf);let Gn=_t>0,wn=pt-_t-(Gn?Pe:
0);ue=$(Ll(wn,re,V)),Te=(R==0?ue/2:R==_e?0:ue)-R*_e*((R==0?te/2:0)+(Gn?Pe/2:0));let st={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},Z=Tt?null:new Path2D,
dt=null;if(J!=null)dt=g.data[J.series[1]];else{let{y0:I,y1:Ae}=c;I!=null&&Ae!=null&&(A=Ae.values(g,x,M,S),dt=I.values(g,x,M,S))}let $t=K*ue,oe=rt*ue;for(let I=_e==
1?M:S;I>=M&&I<=S;I+=_e){let Ae=A[I];if(Ae==null)continue;if(dt!=null){let kt=dt[I]??0;if(Ae-kt==0)continue;it=F(kt,U,E,Y)}let Ge=C.distr!=2||c!=null?_[I]:I,wo=H(
Ge,C,j,q),jn=F(ge(Ae,Se),U,E,Y),sn=$(wo-Te),Yn=$(yt(jn,it)),Mt=$(rn(jn,it)),Ot=Yn-Mt;if(Ae!=null){let kt=Ae<0?oe:$t,Zt=Ae<0?$t:oe;Tt?(Pe>0&&jt[I]!=null&&ae(bn.get(
jt[I]),sn,Mt+Rt(Pe/2),ue,yt(0,Ot-Pe),kt,Zt),Dt[I]!=null&&ae(Ke.get(Dt[I]),sn,Mt+Rt(Pe/2),ue,yt(0,Ot-Pe),kt,Zt)):ae(Z,sn,Mt+Rt(Pe/2),ue,yt(0,Ot-Pe),kt,Zt),pe(g,x,
I,sn-Pe/2,Mt,ue+Pe,Ot)}}return Pe>0?st.stroke=Tt?bn:Z:Tt||(st._fill=k.width==0?k._fill:k._stroke??k._fill,st.width=0),st.fill=Tt?Ke:Z,st})}function Xg(e,t){let n=ge(
t?.alignGaps,0);return(o,r,i,s)=>go(o,r,(a,u,c,p,h,w,g,x,M,S,k)=>{[i,s]=Di(c,i,s);let _=a.pxRound,A=K=>_(w(K,p,S,x)),C=K=>_(g(K,h,k,M)),U,H,F;p.ori==0?(U=qi,F=Qo,
H=Yf):(U=Bi,F=er,H=$f);let q=p.dir*(p.ori==0?1:-1),Y=A(u[q==1?i:s]),j=Y,E=[],$=[];for(let K=q==1?i:s;K>=i&&K<=s;K+=q)if(c[K]!=null){let _e=u[K],ae=A(_e);E.push(
j=ae),$.push(C(c[K]))}let R={stroke:e(E,$,U,F,H,_),fill:null,clip:null,band:null,gaps:null,flags:Jo},te=R.stroke,[V,re]=Yl(o,r);if(a.fill!=null||V!=0){let K=R.fill=
new Path2D(te),rt=a.fillTo(o,r,a.min,a.max,V),_e=C(rt);F(K,j,_e),F(K,Y,_e)}if(!a.spanGaps){let K=[];K.push(...$l(u,c,i,s,q,A,n)),R.gaps=K=a.gaps(o,r,i,s,K),R.clip=
Ui(K,p.ori,x,M,S,k)}return re!=0&&(R.band=re==2?[Tn(o,r,i,s,te,-1),Tn(o,r,i,s,te,1)]:Tn(o,r,i,s,te,re)),R})}function Qg(e){return Xg(eb,e)}function eb(e,t,n,o,r,i){
let s=e.length;if(s<2)return null;let a=new Path2D;if(n(a,e[0],t[0]),s==2)o(a,e[1],t[1]);else{let u=Array(s),c=Array(s-1),p=Array(s-1),h=Array(s-1);for(let w=0;w<
s-1;w++)p[w]=t[w+1]-t[w],h[w]=e[w+1]-e[w],c[w]=p[w]/h[w];u[0]=c[0];for(let w=1;w<s-1;w++)c[w]===0||c[w-1]===0||c[w-1]>0!=c[w]>0?u[w]=0:(u[w]=3*(h[w-1]+h[w])/((2*
h[w]+h[w-1])/c[w-1]+(h[w]+2*h[w-1])/c[w]),isFinite(u[w])||(u[w]=0));u[s-1]=c[s-2];for(let w=0;w<s-1;w++)r(a,e[w]+h[w]/3,t[w]+u[w]*h[w]/3,e[w+1]-h[w]/3,t[w+1]-u[w+
1]*h[w]/3,e[w+1],t[w+1])}return a}var Rl=new Set;function df(){for(let e of Rl)e.syncRect(!0)}Xo&&(ho(Hm,jo,df),ho(Rm,jo,df,!0),ho(Hi,jo,()=>{ot.pxRatio=we}));var tb=Xf(),
nb=Zf();function hf(e,t,n,o){return(o?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(e.slice(1))).map((i,s)=>zl(i,s,t,n))}function ob(e,t){return e.map((n,o)=>o==
0?{}:Ve({},t,n))}function zl(e,t,n,o){return Ve({},t==0?n:o,e)}function Qf(e,t,n){return t==null?$o:[t,n]}var rb=Qf;function ib(e,t,n){return t==null?$o:Ri(t,n,
Ul,!0)}function ep(e,t,n,o){return t==null?$o:Oi(t,n,e.scales[o].log,!1)}var sb=ep;function tp(e,t,n,o){return t==null?$o:Wl(t,n,e.scales[o].log,!1)}var lb=tp;function ab(e,t,n,o,r){
let i=yt(Ku(e),Ku(t)),s=t-e,a=on(r/o*s,n);do{let u=n[a],c=o*u/s;if(c>=r&&i+(u<5?Bn.get(u):0)<=17)return[u,c]}while(++a<n.length);return[0,0]}function mf(e){let t,
n;return e=e.replace(/(\d+)px/,(o,r)=>(t=je((n=+r)*we))+"px"),[e,t,n]}function cb(e){e.show&&[e.font,e.labelFont].forEach(t=>{let n=Ce(t[2]*we,1);t[0]=t[0].replace(
/[0-9.]+px/,n+"px"),t[1]=n})}function ot(e,t,n){let o={mode:ge(e.mode,1)},r=o.mode;function i(f,d,m,b){let v=d.valToPct(f);return b+m*(d.dir==-1?1-v:v)}function s(f,d,m,b){
let v=d.valToPct(f);return b+m*(d.dir==-1?v:1-v)}function a(f,d,m,b){return d.ori==0?i(f,d,m,b):s(f,d,m,b)}o.valToPosH=i,o.valToPosV=s;let u=!1;o.status=0;let c=o.
root=Kt(gm);if(e.id!=null&&(c.id=e.id),Ht(c,e.class),e.title){let f=Kt(vm,c);f.textContent=e.title}let p=nn("canvas"),h=o.ctx=p.getContext("2d"),w=Kt(xm,c);ho("\
click",w,f=>{f.target===x&&(Ee!=Po||Re!=Eo)&&at.click(o,f)},!0);let g=o.under=Kt(ym,w);w.appendChild(p);let x=o.over=Kt(_m,w);e=Zo(e);let M=+ge(e.pxAlign,1),S=ff(
M);(e.plugins||[]).forEach(f=>{f.opts&&(e=f.opts(o,e)||e)});let k=e.ms||.001,_=o.series=r==1?hf(e.series||[],of,cf,!1):ob(e.series||[null],af),A=o.axes=hf(e.axes||
[],nf,sf,!0),C=o.scales={},U=o.bands=e.bands||[];U.forEach(f=>{f.fill=le(f.fill||null),f.dir=ge(f.dir,-1)});let H=r==2?_[1].facets[0].scale:_[0].scale,F={axes:Ld,
series:Md},q=(e.drawOrder||["axes","series"]).map(f=>F[f]);function Y(f){let d=f.distr==3?m=>Sn(m>0?m:f.clamp(o,m,f.min,f.max,f.key)):f.distr==4?m=>kl(m,f.asinh):
f.distr==100?m=>f.fwd(m):m=>m;return m=>{let b=d(m),{_min:v,_max:y}=f,T=y-v;return(b-v)/T}}function j(f){let d=C[f];if(d==null){let m=(e.scales||Cr)[f]||Cr;if(m.
from!=null){j(m.from);let b=Ve({},C[m.from],m,{key:f});b.valToPct=Y(b),C[f]=b}else{d=C[f]=Ve({},f==H?Bf:Kg,m),d.key=f;let b=d.time,v=d.range,y=qn(v);if((f!=H||r==
2&&!b)&&(y&&(v[0]==null||v[1]==null)&&(v={min:v[0]==null?qu:{mode:1,hard:v[0],soft:v[0]},max:v[1]==null?qu:{mode:1,hard:v[1],soft:v[1]}},y=!1),!y&&Wi(v))){let T=v;
v=(P,L,z)=>L==null?$o:Ri(L,z,T)}d.range=le(v||(b?rb:f==H?d.distr==3?sb:d.distr==4?lb:Qf:d.distr==3?ep:d.distr==4?tp:ib)),d.auto=le(y?!1:d.auto),d.clamp=le(d.clamp||
Vg),d._min=d._max=null,d.valToPct=Y(d)}}}j("x"),j("y"),r==1&&_.forEach(f=>{j(f.scale)}),A.forEach(f=>{j(f.scale)});for(let f in e.scales)j(f);let E=C[H],$=E.distr,
R,te;E.ori==0?(Ht(c,bm),R=i,te=s):(Ht(c,wm),R=s,te=i);let V={};for(let f in C){let d=C[f];(d.min!=null||d.max!=null)&&(V[f]={min:d.min,max:d.max},d.min=d.max=null)}
let re=e.tzDate||(f=>new Date(je(f/k))),K=e.fmtDate||Vl,rt=k==1?bg(re):xg(re),_e=Qu(re,Xu(k==1?gg:vg,K)),ae=tf(re,ef(_g,K)),pe=[],J=o.legend=Ve({},Tg,e.legend),
B=o.cursor=Ve({},Lg,{drag:{y:r==2}},e.cursor),Se=J.show,it=B.show,Te=J.markers;J.idxs=pe,Te.width=le(Te.width),Te.dash=le(Te.dash),Te.stroke=le(Te.stroke),Te.fill=
le(Te.fill);let ue,_t,pt,Pe=[],Tt=[],Dt,Ke=!1,jt={};if(J.live){let f=_[1]?_[1].values:null;Ke=f!=null,Dt=Ke?f(o,1,0):{_:0};for(let d in Dt)jt[d]=Ol}if(Se)if(ue=
nn("table",Am,c),pt=nn("tbody",null,ue),J.mount(o,ue),Ke){_t=nn("thead",null,ue,pt);let f=nn("tr",null,_t);nn("th",null,f);for(var bn in Dt)nn("th",Pu,f).textContent=
bn}else Ht(ue,Em),J.live&&Ht(ue,Pm);let Yt={show:!0},An={show:!1};function Gn(f,d){if(d==0&&(Ke||!J.live||r==2))return $o;let m=[],b=nn("tr",Lm,pt,pt.childNodes[d]);
Ht(b,f.class),f.show||Ht(b,po);let v=nn("th",null,b);if(Te.show){let P=Kt(Fm,v);if(d>0){let L=Te.width(o,d);L&&(P.style.border=L+"px "+Te.dash(o,d)+" "+Te.stroke(
o,d)),P.style.background=Te.fill(o,d)}}let y=Kt(Pu,v);f.label instanceof HTMLElement?y.appendChild(f.label):y.textContent=f.label,d>0&&(Te.show||(y.style.color=
f.width>0?Te.stroke(o,d):Te.fill(o,d)),st("click",v,P=>{if(B._lock)return;Zn(P);let L=_.indexOf(f);if((P.ctrlKey||P.metaKey)!=J.isolate){let z=_.some((D,W)=>W>0&&
W!=L&&D.show);_.forEach((D,W)=>{W>0&&an(W,z?W==L?Yt:An:Yt,!0,qe.setSeries)})}else an(L,{show:!f.show},!0,qe.setSeries)},!1),xo&&st(Nu,v,P=>{B._lock||(Zn(P),an(_.
indexOf(f),Fo,!0,qe.setSeries))},!1));for(var T in Dt){let P=nn("td",Nm,b);P.textContent="--",m.push(P)}return[b,m]}let wn=new Map;function st(f,d,m,b=!0){let v=wn.
get(d)||{},y=B.bind[f](o,d,m,b);y&&(ho(f,d,v[f]=y),wn.set(d,v))}function Z(f,d,m){let b=wn.get(d)||{};for(let v in b)(f==null||v==f)&&(El(v,d,b[v]),delete b[v]);
f==null&&wn.delete(d)}let dt=0,$t=0,oe=0,I=0,Ae=0,Ge=0,wo=Ae,jn=Ge,sn=oe,Yn=I,Mt=0,Ot=0,kt=0,Zt=0;o.bbox={};let ss=!1,Hr=!1,vo=!1,$n=!1,Rr=!1,It=!1;function ls(f,d,m){
(m||f!=o.width||d!=o.height)&&ma(f,d),To(!1),vo=!0,Hr=!0,Mo()}function ma(f,d){o.width=dt=oe=f,o.height=$t=I=d,Ae=Ge=0,vd(),xd();let m=o.bbox;Mt=m.left=uo(Ae*we,
.5),Ot=m.top=uo(Ge*we,.5),kt=m.width=uo(oe*we,.5),Zt=m.height=uo(I*we,.5)}let gd=3;function bd(){let f=!1,d=0;for(;!f;){d++;let m=Pd(d),b=Ed(d);f=d==gd||m&&b,f||
(ma(o.width,o.height),Hr=!0)}}function wd({width:f,height:d}){ls(f,d)}o.setSize=wd;function vd(){let f=!1,d=!1,m=!1,b=!1;A.forEach((v,y)=>{if(v.show&&v._show){let{
side:T,_size:P}=v,L=T%2,z=v.label!=null?v.labelSize:0,D=P+z;D>0&&(L?(oe-=D,T==3?(Ae+=D,b=!0):m=!0):(I-=D,T==0?(Ge+=D,f=!0):d=!0))}}),Jn[0]=f,Jn[1]=m,Jn[2]=d,Jn[3]=
b,oe-=Pn[1]+Pn[3],Ae+=Pn[3],I-=Pn[2]+Pn[0],Ge+=Pn[0]}function xd(){let f=Ae+oe,d=Ge+I,m=Ae,b=Ge;function v(y,T){switch(y){case 1:return f+=T,f-T;case 2:return d+=
T,d-T;case 3:return m-=T,m+T;case 0:return b-=T,b+T}}A.forEach((y,T)=>{if(y.show&&y._show){let P=y.side;y._pos=v(P,y._size),y.label!=null&&(y._lpos=v(P,y.labelSize))}})}
if(B.dataIdx==null){let f=B.hover,d=f.skip=new Set(f.skip??[]);d.add(void 0);let m=f.prox=le(f.prox),b=f.bias??=0;B.dataIdx=(v,y,T,P)=>{if(y==0)return T;let L=T,
z=m(v,y,T,P)??Me,D=z>=0&&z<Me,W=E.ori==0?oe:I,ne=B.left,be=t[0],de=t[y];if(d.has(de[T])){L=null;let ie=null,X=null,G;if(b==0||b==-1)for(G=T;ie==null&&G-- >0;)d.
has(de[G])||(ie=G);if(b==0||b==1)for(G=T;X==null&&G++<de.length;)d.has(de[G])||(X=G);if(ie!=null||X!=null)if(D){let Fe=ie==null?-1/0:R(be[ie],E,W,0),Oe=X==null?
1/0:R(be[X],E,W,0),et=ne-Fe,ke=Oe-ne;et<=ke?et<=z&&(L=ie):ke<=z&&(L=X)}else L=X==null?ie:ie==null?X:T-ie<=X-T?ie:X}else D&&Ye(ne-R(be[T],E,W,0))>z&&(L=null);return L}}
let Zn=f=>{B.event=f};B.idxs=pe,B._lock=!1;let ht=B.points;ht.show=le(ht.show),ht.size=le(ht.size),ht.stroke=le(ht.stroke),ht.width=le(ht.width),ht.fill=le(ht.fill);
let ln=o.focus=Ve({},e.focus||{alpha:.3},B.focus),xo=ln.prox>=0,yo=xo&&ht.one,Wt=[],_o=[],ko=[];function ga(f,d){let m=ht.show(o,d);if(m instanceof HTMLElement)
return Ht(m,Cm),Ht(m,f.class),gn(m,-10,-10,oe,I),x.insertBefore(m,Wt[d]),m}function ba(f,d){if(r==1||d>0){let m=r==1&&C[f.scale].time,b=f.value;f.value=m?Yu(b)?
tf(re,ef(b,K)):b||ae:b||Ug,f.label=f.label||(m?Ng:Fg)}if(yo||d>0){f.width=f.width==null?1:f.width,f.paths=f.paths||tb||Km,f.fillTo=le(f.fillTo||Gg),f.pxAlign=+ge(
f.pxAlign,M),f.pxRound=ff(f.pxAlign),f.stroke=le(f.stroke||null),f.fill=le(f.fill||null),f._stroke=f._fill=f._paths=f._focus=null;let m=qg(yt(1,f.width),1),b=f.
points=Ve({},{size:m,width:yt(1,m*.2),stroke:f.stroke,space:m*2,paths:nb,_stroke:null,_fill:null},f.points);b.show=le(b.show),b.filter=le(b.filter),b.fill=le(b.
fill),b.stroke=le(b.stroke),b.paths=le(b.paths),b.pxAlign=f.pxAlign}if(Se){let m=Gn(f,d);Pe.splice(d,0,m[0]),Tt.splice(d,0,m[1]),J.values.push(null)}if(it){pe.splice(
d,0,null);let m=null;yo?d==0&&(m=ga(f,d)):d>0&&(m=ga(f,d)),Wt.splice(d,0,m),_o.splice(d,0,0),ko.splice(d,0,0)}Qe("addSeries",d)}function yd(f,d){d=d??_.length,f=
r==1?zl(f,d,of,cf):zl(f,d,{},af),_.splice(d,0,f),ba(_[d],d)}o.addSeries=yd;function _d(f){if(_.splice(f,1),Se){J.values.splice(f,1),Tt.splice(f,1);let d=Pe.splice(
f,1)[0];Z(null,d.firstChild),d.remove()}it&&(pe.splice(f,1),Wt.splice(f,1)[0].remove(),_o.splice(f,1),ko.splice(f,1)),Qe("delSeries",f)}o.delSeries=_d;let Jn=[!1,
!1,!1,!1];function kd(f,d){if(f._show=f.show,f.show){let m=f.side%2,b=C[f.scale];b==null&&(f.scale=m?_[1].scale:H,b=C[f.scale]);let v=b.time;f.size=le(f.size),f.
space=le(f.space),f.rotate=le(f.rotate),qn(f.incrs)&&f.incrs.forEach(T=>{!Bn.has(T)&&Bn.set(T,Sf(T))}),f.incrs=le(f.incrs||(b.distr==2?dg:v?k==1?mg:wg:fo)),f.splits=
le(f.splits||(v&&b.distr==1?rt:b.distr==3?Fl:b.distr==4?zg:Rg)),f.stroke=le(f.stroke),f.grid.stroke=le(f.grid.stroke),f.ticks.stroke=le(f.ticks.stroke),f.border.
stroke=le(f.border.stroke);let y=f.values;f.values=qn(y)&&!qn(y[0])?le(y):v?qn(y)?Qu(re,Xu(y,K)):Yu(y)?yg(re,y):y||_e:y||Hg,f.filter=le(f.filter||(b.distr>=3&&b.
log==10?Ig:b.distr==3&&b.log==2?Wg:_f)),f.font=mf(f.font),f.labelFont=mf(f.labelFont),f._size=f.size(o,null,d,0),f._space=f._rotate=f._incrs=f._found=f._splits=
f._values=null,f._size>0&&(Jn[d]=!0,f._el=Kt(km,w))}}function or(f,d,m,b){let[v,y,T,P]=m,L=d%2,z=0;return L==0&&(P||y)&&(z=d==0&&!v||d==2&&!T?je(nf.size/3):0),L==
1&&(v||T)&&(z=d==1&&!y||d==3&&!P?je(sf.size/2):0),z}let wa=o.padding=(e.padding||[or,or,or,or]).map(f=>le(ge(f,or))),Pn=o._padding=wa.map((f,d)=>f(o,d,Jn,0)),lt,
$e=null,Ze=null,zr=r==1?_[0].idxs:null,Jt=null,rr=!1;function va(f,d){if(t=f??[],o.data=o._data=t,r==2){lt=0;for(let m=1;m<_.length;m++)lt+=t[m][0].length}else{
t.length==0&&(o.data=o._data=t=[[]]),Jt=t[0],lt=Jt.length;let m=t;if($==2){m=t.slice();let b=m[0]=Array(lt);for(let v=0;v<lt;v++)b[v]=v}o._data=t=m}if(To(!0),Qe(
"setData"),$==2&&(vo=!0),d!==!1){let m=E;m.auto(o,rr)?as():Ln(H,m.min,m.max),$n=$n||B.left>=0,It=!0,Mo()}}o.setData=va;function as(){rr=!0;let f,d;r==1&&(lt>0?($e=
zr[0]=0,Ze=zr[1]=lt-1,f=t[0][$e],d=t[0][Ze],$==2?(f=$e,d=Ze):f==d&&($==3?[f,d]=Oi(f,f,E.log,!1):$==4?[f,d]=Wl(f,f,E.log,!1):E.time?d=f+je(86400/k):[f,d]=Ri(f,d,
Ul,!0))):($e=zr[0]=f=null,Ze=zr[1]=d=null)),Ln(H,f,d)}let Dr,So,cs,us,fs,ps,ds,hs,ms,St;function xa(f,d,m,b,v,y){f??=Lu,m??=Bl,b??="butt",v??=Lu,y??="round",f!=
Dr&&(h.strokeStyle=Dr=f),v!=So&&(h.fillStyle=So=v),d!=cs&&(h.lineWidth=cs=d),y!=fs&&(h.lineJoin=fs=y),b!=ps&&(h.lineCap=ps=b),m!=us&&h.setLineDash(us=m)}function ya(f,d,m,b){
d!=So&&(h.fillStyle=So=d),f!=ds&&(h.font=ds=f),m!=hs&&(h.textAlign=hs=m),b!=ms&&(h.textBaseline=ms=b)}function gs(f,d,m,b,v=0){if(b.length>0&&f.auto(o,rr)&&(d==
null||d.min==null)){let y=ge($e,0),T=ge(Ze,b.length-1),P=m.min==null?Im(b,y,T,v,f.distr==3):[m.min,m.max];f.min=rn(f.min,m.min=P[0]),f.max=yt(f.max,m.max=P[1])}}
let _a={min:null,max:null};function Sd(){for(let b in C){let v=C[b];V[b]==null&&(v.min==null||V[H]!=null&&v.auto(o,rr))&&(V[b]=_a)}for(let b in C){let v=C[b];V[b]==
null&&v.from!=null&&V[v.from]!=null&&(V[b]=_a)}V[H]!=null&&To(!0);let f={};for(let b in V){let v=V[b];if(v!=null){let y=f[b]=Zo(C[b],Ym);if(v.min!=null)Ve(y,v);else if(b!=
H||r==2)if(lt==0&&y.from==null){let T=y.range(o,null,null,b);y.min=T[0],y.max=T[1]}else y.min=Me,y.max=-Me}}if(lt>0){_.forEach((b,v)=>{if(r==1){let y=b.scale,T=V[y];
if(T==null)return;let P=f[y];if(v==0){let L=P.range(o,P.min,P.max,y);P.min=L[0],P.max=L[1],$e=on(P.min,t[0]),Ze=on(P.max,t[0]),Ze-$e>1&&(t[0][$e]<P.min&&$e++,t[0][Ze]>
P.max&&Ze--),b.min=Jt[$e],b.max=Jt[Ze]}else b.show&&b.auto&&gs(P,T,b,t[v],b.sorted);b.idxs[0]=$e,b.idxs[1]=Ze}else if(v>0&&b.show&&b.auto){let[y,T]=b.facets,P=y.
scale,L=T.scale,[z,D]=t[v],W=f[P],ne=f[L];W!=null&&gs(W,V[P],y,z,y.sorted),ne!=null&&gs(ne,V[L],T,D,T.sorted),b.min=T.min,b.max=T.max}});for(let b in f){let v=f[b],
y=V[b];if(v.from==null&&(y==null||y.min==null)){let T=v.range(o,v.min==Me?null:v.min,v.max==-Me?null:v.max,b);v.min=T[0],v.max=T[1]}}}for(let b in f){let v=f[b];
if(v.from!=null){let y=f[v.from];if(y.min==null)v.min=v.max=null;else{let T=v.range(o,y.min,y.max,b);v.min=T[0],v.max=T[1]}}}let d={},m=!1;for(let b in f){let v=f[b],
y=C[b];if(y.min!=v.min||y.max!=v.max){y.min=v.min,y.max=v.max;let T=y.distr;y._min=T==3?Sn(y.min):T==4?kl(y.min,y.asinh):T==100?y.fwd(y.min):y.min,y._max=T==3?Sn(
y.max):T==4?kl(y.max,y.asinh):T==100?y.fwd(y.max):y.max,d[b]=m=!0}}if(m){_.forEach((b,v)=>{r==2?v>0&&d.y&&(b._paths=null):d[b.scale]&&(b._paths=null)});for(let b in d)
vo=!0,Qe("setScale",b);it&&B.left>=0&&($n=It=!0)}for(let b in V)V[b]=null}function Td(f){let d=Ll($e-1,0,lt-1),m=Ll(Ze+1,0,lt-1);for(;f[d]==null&&d>0;)d--;for(;f[m]==
null&&m<lt-1;)m++;return[d,m]}function Md(){if(lt>0){let f=_.some(d=>d._focus)&&St!=ln.alpha;f&&(h.globalAlpha=St=ln.alpha),_.forEach((d,m)=>{if(m>0&&d.show&&(ka(
m,!1),ka(m,!0),d._paths==null)){let b=St;St!=d.alpha&&(h.globalAlpha=St=d.alpha);let v=r==2?[0,t[m][0].length-1]:Td(t[m]);d._paths=d.paths(o,m,v[0],v[1]),St!=b&&
(h.globalAlpha=St=b)}}),_.forEach((d,m)=>{if(m>0&&d.show){let b=St;St!=d.alpha&&(h.globalAlpha=St=d.alpha),d._paths!=null&&Sa(m,!1);{let v=d._paths!=null?d._paths.
gaps:null,y=d.points.show(o,m,$e,Ze,v),T=d.points.filter(o,m,y,v);(y||T)&&(d.points._paths=d.points.paths(o,m,$e,Ze,T),Sa(m,!0))}St!=b&&(h.globalAlpha=St=b),Qe(
"drawSeries",m)}}),f&&(h.globalAlpha=St=1)}}function ka(f,d){let m=d?_[f].points:_[f];m._stroke=m.stroke(o,f),m._fill=m.fill(o,f)}function Sa(f,d){let m=d?_[f].
points:_[f],{stroke:b,fill:v,clip:y,flags:T,_stroke:P=m._stroke,_fill:L=m._fill,_width:z=m.width}=m._paths;z=Ce(z*we,3);let D=null,W=z%2/2;d&&L==null&&(L=z>0?"#\
fff":P);let ne=m.pxAlign==1&&W>0;if(ne&&h.translate(W,W),!d){let be=Mt-z/2,de=Ot-z/2,ie=kt+z,X=Zt+z;D=new Path2D,D.rect(be,de,ie,X)}d?bs(P,z,m.dash,m.cap,L,b,v,
T,y):Cd(f,P,z,m.dash,m.cap,L,b,v,T,D,y),ne&&h.translate(-W,-W)}function Cd(f,d,m,b,v,y,T,P,L,z,D){let W=!1;L!=0&&U.forEach((ne,be)=>{if(ne.series[0]==f){let de=_[ne.
series[1]],ie=t[ne.series[1]],X=(de._paths||Cr).band;qn(X)&&(X=ne.dir==1?X[0]:X[1]);let G,Fe=null;de.show&&X&&Um(ie,$e,Ze)?(Fe=ne.fill(o,be)||y,G=de._paths.clip):
X=null,bs(d,m,b,v,Fe,T,P,L,z,D,G,X),W=!0}}),W||bs(d,m,b,v,y,T,P,L,z,D)}let Ta=Jo|Hl;function bs(f,d,m,b,v,y,T,P,L,z,D,W){xa(f,d,m,b,v),(L||z||W)&&(h.save(),L&&h.
clip(L),z&&h.clip(z)),W?(P&Ta)==Ta?(h.clip(W),D&&h.clip(D),Ir(v,T),Or(f,y,d)):P&Hl?(Ir(v,T),h.clip(W),Or(f,y,d)):P&Jo&&(h.save(),h.clip(W),D&&h.clip(D),Ir(v,T),
h.restore(),Or(f,y,d)):(Ir(v,T),Or(f,y,d)),(L||z||W)&&h.restore()}function Or(f,d,m){m>0&&(d instanceof Map?d.forEach((b,v)=>{h.strokeStyle=Dr=v,h.stroke(b)}):d!=
null&&f&&h.stroke(d))}function Ir(f,d){d instanceof Map?d.forEach((m,b)=>{h.fillStyle=So=b,h.fill(m)}):d!=null&&f&&h.fill(d)}function Ad(f,d,m,b){let v=A[f],y;if(b<=
0)y=[0,0];else{let T=v._space=v.space(o,f,d,m,b),P=v._incrs=v.incrs(o,f,d,m,b,T);y=ab(d,m,P,b,T)}return v._found=y}function ws(f,d,m,b,v,y,T,P,L,z){let D=T%2/2;
M==1&&h.translate(D,D),xa(P,T,L,z,P),h.beginPath();let W,ne,be,de,ie=v+(b==0||b==3?-y:y);m==0?(ne=v,de=ie):(W=v,be=ie);for(let X=0;X<f.length;X++)d[X]!=null&&(m==
0?W=be=f[X]:ne=de=f[X],h.moveTo(W,ne),h.lineTo(be,de));h.stroke(),M==1&&h.translate(-D,-D)}function Pd(f){let d=!0;return A.forEach((m,b)=>{if(!m.show)return;let v=C[m.
scale];if(v.min==null){m._show&&(d=!1,m._show=!1,To(!1));return}else m._show||(d=!1,m._show=!0,To(!1));let y=m.side,T=y%2,{min:P,max:L}=v,[z,D]=Ad(b,P,L,T==0?oe:
I);if(D==0)return;let W=v.distr==2,ne=m._splits=m.splits(o,b,P,L,z,D,W),be=v.distr==2?ne.map(G=>Jt[G]):ne,de=v.distr==2?Jt[ne[1]]-Jt[ne[0]]:z,ie=m._values=m.values(
o,m.filter(o,be,b,D,de),b,D,de);m._rotate=y==2?m.rotate(o,ie,b,D):0;let X=m._size;m._size=Gt(m.size(o,ie,b,f)),X!=null&&m._size!=X&&(d=!1)}),d}function Ed(f){let d=!0;
return wa.forEach((m,b)=>{let v=m(o,b,Jn,f);v!=Pn[b]&&(d=!1),Pn[b]=v}),d}function Ld(){for(let f=0;f<A.length;f++){let d=A[f];if(!d.show||!d._show)continue;let m=d.
side,b=m%2,v,y,T=d.stroke(o,f),P=m==0||m==3?-1:1,[L,z]=d._found;if(d.label!=null){let wt=d.labelGap*P,Pt=je((d._lpos+wt)*we);ya(d.labelFont[0],T,"center",m==2?"\
top":Eu),h.save(),b==1?(v=y=0,h.translate(Pt,je(Ot+Zt/2)),h.rotate((m==3?-Ni:Ni)/2)):(v=je(Mt+kt/2),y=Pt);let eo=xf(d.label)?d.label(o,f,L,z):d.label;h.fillText(
eo,v,y),h.restore()}if(z==0)continue;let D=C[d.scale],W=b==0?kt:Zt,ne=b==0?Mt:Ot,be=d._splits,de=D.distr==2?be.map(wt=>Jt[wt]):be,ie=D.distr==2?Jt[be[1]]-Jt[be[0]]:
L,X=d.ticks,G=d.border,Fe=X.show?X.size:0,Oe=je(Fe*we),et=je((d.alignTo==2?d._size-Fe-d.gap:d.gap)*we),ke=d._rotate*-Ni/180,Ie=S(d._pos*we),Ct=(Oe+et)*P,bt=Ie+Ct;
y=b==0?bt:0,v=b==1?bt:0;let Ut=d.font[0],Xt=d.align==1?Ko:d.align==2?xl:ke>0?Ko:ke<0?xl:b==0?"center":m==3?xl:Ko,un=ke||b==1?"middle":m==2?"top":Eu;ya(Ut,T,Xt,un);
let At=d.font[1]*d.lineGap,qt=be.map(wt=>S(a(wt,D,W,ne))),Qt=d._values;for(let wt=0;wt<Qt.length;wt++){let Pt=Qt[wt];if(Pt!=null){b==0?v=qt[wt]:y=qt[wt],Pt=""+Pt;
let eo=Pt.indexOf(`
`)==-1?[Pt]:Pt.split(/\n/gm);for(let vt=0;vt<eo.length;vt++){let Va=eo[vt];ke?(h.save(),h.translate(v,y+vt*At),h.rotate(ke),h.fillText(Va,0,0),h.restore()):h.fillText(
Va,v,y+vt*At)}}}X.show&&ws(qt,X.filter(o,de,f,z,ie),b,m,Ie,Oe,Ce(X.width*we,3),X.stroke(o,f),X.dash,X.cap);let fn=d.grid;fn.show&&ws(qt,fn.filter(o,de,f,z,ie),b,
b==0?2:1,b==0?Ot:Mt,b==0?Zt:kt,Ce(fn.width*we,3),fn.stroke(o,f),fn.dash,fn.cap),G.show&&ws([Ie],[1],b==0?1:0,b==0?1:2,b==1?Ot:Mt,b==1?Zt:kt,Ce(G.width*we,3),G.stroke(
o,f),G.dash,G.cap)}Qe("drawAxes")}function To(f){_.forEach((d,m)=>{m>0&&(d._paths=null,f&&(r==1?(d.min=null,d.max=null):d.facets.forEach(b=>{b.min=null,b.max=null})))})}
let Wr=!1,vs=!1,ir=[];function Fd(){vs=!1;for(let f=0;f<ir.length;f++)Qe(...ir[f]);ir.length=0}function Mo(){Wr||(tg(Ma),Wr=!0)}function Nd(f,d=!1){Wr=!0,vs=d,f(
o),Ma(),d&&ir.length>0&&queueMicrotask(Fd)}o.batch=Nd;function Ma(){if(ss&&(Sd(),ss=!1),vo&&(bd(),vo=!1),Hr){if(He(g,Ko,Ae),He(g,"top",Ge),He(g,kr,oe),He(g,Sr,I),
He(x,Ko,Ae),He(x,"top",Ge),He(x,kr,oe),He(x,Sr,I),He(w,kr,dt),He(w,Sr,$t),p.width=je(dt*we),p.height=je($t*we),A.forEach(({_el:f,_show:d,_size:m,_pos:b,side:v})=>{
if(f!=null)if(d){let y=v===3||v===0?m:0,T=v%2==1;He(f,T?"left":"top",b-y),He(f,T?"width":"height",m),He(f,T?"top":"left",T?Ge:Ae),He(f,T?"height":"width",T?I:oe),
Pl(f,po)}else Ht(f,po)}),Dr=So=cs=fs=ps=ds=hs=ms=us=null,St=1,ar(!0),Ae!=wo||Ge!=jn||oe!=sn||I!=Yn){To(!1);let f=oe/sn,d=I/Yn;if(it&&!$n&&B.left>=0){B.left*=f,B.
top*=d,Co&&gn(Co,je(B.left),0,oe,I),Ao&&gn(Ao,0,je(B.top),oe,I);for(let m=0;m<Wt.length;m++){let b=Wt[m];b!=null&&(_o[m]*=f,ko[m]*=d,gn(b,Gt(_o[m]),Gt(ko[m]),oe,
I))}}if(Le.show&&!Rr&&Le.left>=0&&Le.width>0){Le.left*=f,Le.width*=f,Le.top*=d,Le.height*=d;for(let m in Ts)He(Lo,m,Le[m])}wo=Ae,jn=Ge,sn=oe,Yn=I}Qe("setSize"),
Hr=!1}dt>0&&$t>0&&(h.clearRect(0,0,p.width,p.height),Qe("drawClear"),q.forEach(f=>f()),Qe("draw")),Le.show&&Rr&&(Ur(Le),Rr=!1),it&&$n&&(Qn(null,!0,!1),$n=!1),J.
show&&J.live&&It&&(ks(),It=!1),u||(u=!0,o.status=1,Qe("ready")),rr=!1,Wr=!1}o.redraw=(f,d)=>{vo=d||!1,f!==!1?Ln(H,E.min,E.max):Mo()};function xs(f,d){let m=C[f];
if(m.from==null){if(lt==0){let b=m.range(o,d.min,d.max,f);d.min=b[0],d.max=b[1]}if(d.min>d.max){let b=d.min;d.min=d.max,d.max=b}if(lt>1&&d.min!=null&&d.max!=null&&
d.max-d.min<1e-16)return;f==H&&m.distr==2&&lt>0&&(d.min=on(d.min,t[0]),d.max=on(d.max,t[0]),d.min==d.max&&d.max++),V[f]=d,ss=!0,Mo()}}o.setScale=xs;let ys,_s,Co,
Ao,Ca,Aa,Po,Eo,Pa,Ea,Ee,Re,En=!1,at=B.drag,Je=at.x,Xe=at.y;it&&(B.x&&(ys=Kt(Tm,x)),B.y&&(_s=Kt(Mm,x)),E.ori==0?(Co=ys,Ao=_s):(Co=_s,Ao=ys),Ee=B.left,Re=B.top);let Le=o.
select=Ve({show:!0,over:!0,left:0,width:0,top:0,height:0},e.select),Lo=Le.show?Kt(Sm,Le.over?x:g):null;function Ur(f,d){if(Le.show){for(let m in f)Le[m]=f[m],m in
Ts&&He(Lo,m,f[m]);d!==!1&&Qe("setSelect")}}o.setSelect=Ur;function Hd(f){if(_[f].show)Se&&Pl(Pe[f],po);else if(Se&&Ht(Pe[f],po),it){let m=yo?Wt[0]:Wt[f];m!=null&&
gn(m,-10,-10,oe,I)}}function Ln(f,d,m){xs(f,{min:d,max:m})}function an(f,d,m,b){d.focus!=null&&Id(f),d.show!=null&&_.forEach((v,y)=>{y>0&&(f==y||f==null)&&(v.show=
d.show,Hd(y),r==2?(Ln(v.facets[0].scale,null,null),Ln(v.facets[1].scale,null,null)):Ln(v.scale,null,null),Mo())}),m!==!1&&Qe("setSeries",f,d),b&&cr("setSeries",
o,f,d)}o.setSeries=an;function Rd(f,d){Ve(U[f],d)}function zd(f,d){f.fill=le(f.fill||null),f.dir=ge(f.dir,-1),d=d??U.length,U.splice(d,0,f)}function Dd(f){f==null?
U.length=0:U.splice(f,1)}o.addBand=zd,o.setBand=Rd,o.delBand=Dd;function Od(f,d){_[f].alpha=d,it&&Wt[f]!=null&&(Wt[f].style.opacity=d),Se&&Pe[f]&&(Pe[f].style.opacity=
d)}let vn,Fn,Xn,Fo={focus:!0};function Id(f){if(f!=Xn){let d=f==null,m=ln.alpha!=1;_.forEach((b,v)=>{if(r==1||v>0){let y=d||v==0||v==f;b._focus=d?null:y,m&&Od(v,
y?1:ln.alpha)}}),Xn=f,m&&Mo()}}Se&&xo&&st(Hu,ue,f=>{B._lock||(Zn(f),Xn!=null&&an(null,Fo,!0,qe.setSeries))});function cn(f,d,m){let b=C[d];m&&(f=f/we-(b.ori==1?
Ge:Ae));let v=oe;b.ori==1&&(v=I,f=v-f),b.dir==-1&&(f=v-f);let y=b._min,T=b._max,P=f/v,L=y+(T-y)*P,z=b.distr;return z==3?Yo(10,L):z==4?Bm(L,b.asinh):z==100?b.bwd(
L):L}function Wd(f,d){let m=cn(f,H,d);return on(m,t[0],$e,Ze)}o.valToIdx=f=>on(f,t[0]),o.posToIdx=Wd,o.posToVal=cn,o.valToPos=(f,d,m)=>C[d].ori==0?i(f,C[d],m?kt:
oe,m?Mt:0):s(f,C[d],m?Zt:I,m?Ot:0),o.setCursor=(f,d,m)=>{Ee=f.left,Re=f.top,Qn(null,d,m)};function La(f,d){He(Lo,Ko,Le.left=f),He(Lo,kr,Le.width=d)}function Fa(f,d){
He(Lo,"top",Le.top=f),He(Lo,Sr,Le.height=d)}let sr=E.ori==0?La:Fa,lr=E.ori==1?La:Fa;function Ud(){if(Se&&J.live)for(let f=r==2?1:0;f<_.length;f++){if(f==0&&Ke)continue;
let d=J.values[f],m=0;for(let b in d)Tt[f][m++].firstChild.nodeValue=d[b]}}function ks(f,d){if(f!=null&&(f.idxs?f.idxs.forEach((m,b)=>{pe[b]=m}):jm(f.idx)||pe.fill(
f.idx),J.idx=pe[0]),Se&&J.live){for(let m=0;m<_.length;m++)(m>0||r==1&&!Ke)&&qd(m,pe[m]);Ud()}It=!1,d!==!1&&Qe("setLegend")}o.setLegend=ks;function qd(f,d){let m=_[f],
b=f==0&&$==2?Jt:t[f],v;Ke?v=m.values(o,f,d)??jt:(v=m.value(o,d==null?null:b[d],f,d),v=v==null?jt:{_:v}),J.values[f]=v}function Qn(f,d,m){Pa=Ee,Ea=Re,[Ee,Re]=B.move(
o,Ee,Re),B.left=Ee,B.top=Re,it&&(Co&&gn(Co,je(Ee),0,oe,I),Ao&&gn(Ao,0,je(Re),oe,I));let b,v=$e>Ze;vn=Me,Fn=null;let y=E.ori==0?oe:I,T=E.ori==1?oe:I;if(Ee<0||lt==
0||v){b=B.idx=null;for(let P=0;P<_.length;P++){let L=Wt[P];L!=null&&gn(L,-10,-10,oe,I)}xo&&an(null,Fo,!0,f==null&&qe.setSeries),J.live&&(pe.fill(b),It=!0)}else{
let P,L,z;r==1&&(P=E.ori==0?Ee:Re,L=cn(P,H),b=B.idx=on(L,t[0],$e,Ze),z=R(t[0][b],E,y,0));let D=-10,W=-10,ne=0,be=0,de=!0,ie="",X="";for(let G=r==2?1:0;G<_.length;G++){
let Fe=_[G],Oe=pe[G],et=Oe==null?null:r==1?t[G][Oe]:t[G][1][Oe],ke=B.dataIdx(o,G,b,L),Ie=ke==null?null:r==1?t[G][ke]:t[G][1][ke];if(It=It||Ie!=et||ke!=Oe,pe[G]=
ke,G>0&&Fe.show){let Ct=ke==null?-10:ke==b?z:R(r==1?t[0][ke]:t[G][0][ke],E,y,0),bt=Ie==null?-10:te(Ie,r==1?C[Fe.scale]:C[Fe.facets[1].scale],T,0);if(xo&&Ie!=null){
let Ut=E.ori==1?Ee:Re,Xt=Ye(ln.dist(o,G,ke,bt,Ut));if(Xt<vn){let un=ln.bias;if(un!=0){let At=cn(Ut,Fe.scale),qt=Ie>=0?1:-1,Qt=At>=0?1:-1;Qt==qt&&(Qt==1?un==1?Ie>=
At:Ie<=At:un==1?Ie<=At:Ie>=At)&&(vn=Xt,Fn=G)}else vn=Xt,Fn=G}}if(It||yo){let Ut,Xt;E.ori==0?(Ut=Ct,Xt=bt):(Ut=bt,Xt=Ct);let un,At,qt,Qt,fn,wt,Pt=!0,eo=ht.bbox;if(eo!=
null){Pt=!1;let vt=eo(o,G);qt=vt.left,Qt=vt.top,un=vt.width,At=vt.height}else qt=Ut,Qt=Xt,un=At=ht.size(o,G);if(wt=ht.fill(o,G),fn=ht.stroke(o,G),yo)G==Fn&&vn<=
ln.prox&&(D=qt,W=Qt,ne=un,be=At,de=Pt,ie=wt,X=fn);else{let vt=Wt[G];vt!=null&&(_o[G]=qt,ko[G]=Qt,Uu(vt,un,At,Pt),Iu(vt,wt,fn),gn(vt,Gt(qt),Gt(Qt),oe,I))}}}}if(yo){
let G=ln.prox,Fe=Xn==null?vn<=G:vn>G||Fn!=Xn;if(It||Fe){let Oe=Wt[0];Oe!=null&&(_o[0]=D,ko[0]=W,Uu(Oe,ne,be,de),Iu(Oe,ie,X),gn(Oe,Gt(D),Gt(W),oe,I))}}}if(Le.show&&
En)if(f!=null){let[P,L]=qe.scales,[z,D]=qe.match,[W,ne]=f.cursor.sync.scales,be=f.cursor.drag;if(Je=be._x,Xe=be._y,Je||Xe){let{left:de,top:ie,width:X,height:G}=f.
select,Fe=f.scales[W].ori,Oe=f.posToVal,et,ke,Ie,Ct,bt,Ut=P!=null&&z(P,W),Xt=L!=null&&D(L,ne);Ut&&Je?(Fe==0?(et=de,ke=X):(et=ie,ke=G),Ie=C[P],Ct=R(Oe(et,W),Ie,y,
0),bt=R(Oe(et+ke,W),Ie,y,0),sr(rn(Ct,bt),Ye(bt-Ct))):sr(0,y),Xt&&Xe?(Fe==1?(et=de,ke=X):(et=ie,ke=G),Ie=C[L],Ct=te(Oe(et,ne),Ie,T,0),bt=te(Oe(et+ke,ne),Ie,T,0),
lr(rn(Ct,bt),Ye(bt-Ct))):lr(0,T)}else Ms()}else{let P=Ye(Pa-Ca),L=Ye(Ea-Aa);if(E.ori==1){let ne=P;P=L,L=ne}Je=at.x&&P>=at.dist,Xe=at.y&&L>=at.dist;let z=at.uni;
z!=null?Je&&Xe&&(Je=P>=z,Xe=L>=z,!Je&&!Xe&&(L>P?Xe=!0:Je=!0)):at.x&&at.y&&(Je||Xe)&&(Je=Xe=!0);let D,W;Je&&(E.ori==0?(D=Po,W=Ee):(D=Eo,W=Re),sr(rn(D,W),Ye(W-D)),
Xe||lr(0,T)),Xe&&(E.ori==1?(D=Po,W=Ee):(D=Eo,W=Re),lr(rn(D,W),Ye(W-D)),Je||sr(0,y)),!Je&&!Xe&&(sr(0,0),lr(0,0))}if(at._x=Je,at._y=Xe,f==null){if(m){if(Ba!=null){
let[P,L]=qe.scales;qe.values[0]=P!=null?cn(E.ori==0?Ee:Re,P):null,qe.values[1]=L!=null?cn(E.ori==1?Ee:Re,L):null}cr(yl,o,Ee,Re,oe,I,b)}if(xo){let P=m&&qe.setSeries,
L=ln.prox;Xn==null?vn<=L&&an(Fn,Fo,!0,P):vn>L?an(null,Fo,!0,P):Fn!=Xn&&an(Fn,Fo,!0,P)}}It&&(J.idx=b,ks()),d!==!1&&Qe("setCursor")}let Nn=null;Object.defineProperty(
o,"rect",{get(){return Nn==null&&ar(!1),Nn}});function ar(f=!1){f?Nn=null:(Nn=x.getBoundingClientRect(),Qe("syncRect",Nn))}function Na(f,d,m,b,v,y,T){B._lock||En&&
f!=null&&f.movementX==0&&f.movementY==0||(Ss(f,d,m,b,v,y,T,!1,f!=null),f!=null?Qn(null,!0,!0):Qn(d,!0,!1))}function Ss(f,d,m,b,v,y,T,P,L){if(Nn==null&&ar(!1),Zn(
f),f!=null)m=f.clientX-Nn.left,b=f.clientY-Nn.top;else{if(m<0||b<0){Ee=-10,Re=-10;return}let[z,D]=qe.scales,W=d.cursor.sync,[ne,be]=W.values,[de,ie]=W.scales,[X,
G]=qe.match,Fe=d.axes[0].side%2==1,Oe=E.ori==0?oe:I,et=E.ori==1?oe:I,ke=Fe?y:v,Ie=Fe?v:y,Ct=Fe?b:m,bt=Fe?m:b;if(de!=null?m=X(z,de)?a(ne,C[z],Oe,0):-10:m=Oe*(Ct/
ke),ie!=null?b=G(D,ie)?a(be,C[D],et,0):-10:b=et*(bt/Ie),E.ori==1){let Ut=m;m=b,b=Ut}}L&&(d==null||d.cursor.event.type==yl)&&((m<=1||m>=oe-1)&&(m=uo(m,oe)),(b<=1||
b>=I-1)&&(b=uo(b,I))),P?(Ca=m,Aa=b,[Po,Eo]=B.move(o,m,b)):(Ee=m,Re=b)}let Ts={width:0,height:0,left:0,top:0};function Ms(){Ur(Ts,!1)}let Ha,Ra,za,Da;function Oa(f,d,m,b,v,y,T){
En=!0,Je=Xe=at._x=at._y=!1,Ss(f,d,m,b,v,y,T,!0,!1),f!=null&&(st(_l,Cl,Ia,!1),cr(Fu,o,Po,Eo,oe,I,null));let{left:P,top:L,width:z,height:D}=Le;Ha=P,Ra=L,za=z,Da=D}
function Ia(f,d,m,b,v,y,T){En=at._x=at._y=!1,Ss(f,d,m,b,v,y,T,!1,!0);let{left:P,top:L,width:z,height:D}=Le,W=z>0||D>0,ne=Ha!=P||Ra!=L||za!=z||Da!=D;if(W&&ne&&Ur(
Le),at.setScale&&W&&ne){let be=P,de=z,ie=L,X=D;if(E.ori==1&&(be=L,de=D,ie=P,X=z),Je&&Ln(H,cn(be,H),cn(be+de,H)),Xe)for(let G in C){let Fe=C[G];G!=H&&Fe.from==null&&
Fe.min!=Me&&Ln(G,cn(ie+X,G),cn(ie,G))}Ms()}else B.lock&&(B._lock=!B._lock,Qn(d,!0,f!=null));f!=null&&(Z(_l,Cl),cr(_l,o,Ee,Re,oe,I,null))}function Bd(f,d,m,b,v,y,T){
if(B._lock)return;Zn(f);let P=En;if(En){let L=!0,z=!0,D=10,W,ne;E.ori==0?(W=Je,ne=Xe):(W=Xe,ne=Je),W&&ne&&(L=Ee<=D||Ee>=oe-D,z=Re<=D||Re>=I-D),W&&L&&(Ee=Ee<Po?0:
oe),ne&&z&&(Re=Re<Eo?0:I),Qn(null,!0,!0),En=!1}Ee=-10,Re=-10,pe.fill(null),Qn(null,!0,!0),P&&(En=P)}function Wa(f,d,m,b,v,y,T){B._lock||(Zn(f),as(),Ms(),f!=null&&
cr(Ru,o,Ee,Re,oe,I,null))}function Ua(){A.forEach(cb),ls(o.width,o.height,!0)}ho(Hi,jo,Ua);let No={};No.mousedown=Oa,No.mousemove=Na,No.mouseup=Ia,No.dblclick=Wa,
No.setSeries=(f,d,m,b)=>{let v=qe.match[2];m=v(o,d,m),m!=-1&&an(m,b,!0,!1)},it&&(st(Fu,x,Oa),st(yl,x,Na),st(Nu,x,f=>{Zn(f),ar(!1)}),st(Hu,x,Bd),st(Ru,x,Wa),Rl.add(
o),o.syncRect=ar);let qr=o.hooks=e.hooks||{};function Qe(f,d,m){vs?ir.push([f,d,m]):f in qr&&qr[f].forEach(b=>{b.call(null,o,d,m)})}(e.plugins||[]).forEach(f=>{
for(let d in f.hooks)qr[d]=(qr[d]||[]).concat(f.hooks[d])});let qa=(f,d,m)=>m,qe=Ve({key:null,setSeries:!1,filters:{pub:Gu,sub:Gu},scales:[H,_[1]?_[1].scale:null],
match:[ju,ju,qa],values:[null,null]},B.sync);qe.match.length==2&&qe.match.push(qa),B.sync=qe;let Ba=qe.key,Cs=Vf(Ba);function cr(f,d,m,b,v,y,T){qe.filters.pub(f,
d,m,b,v,y,T)&&Cs.pub(f,d,m,b,v,y,T)}Cs.sub(o);function Vd(f,d,m,b,v,y,T){qe.filters.sub(f,d,m,b,v,y,T)&&No[f](null,d,m,b,v,y,T)}o.pub=Vd;function Kd(){Cs.unsub(
o),Rl.delete(o),wn.clear(),El(Hi,jo,Ua),c.remove(),ue?.remove(),Qe("destroy")}o.destroy=Kd;function As(){Qe("init",e,t),va(t||e.data,!1),V[H]?xs(H,V[H]):as(),Rr=
Le.show&&(Le.width>0||Le.height>0),$n=It=!0,ls(e.width,e.height)}return _.forEach(ba),A.forEach(kd),n?n instanceof HTMLElement?(n.appendChild(c),As()):n(o,As):As(),
o}ot.assign=Ve;ot.fmtNum=ql;ot.rangeNum=Ri;ot.rangeLog=Oi;ot.rangeAsinh=Wl;ot.orient=go;ot.pxRatio=we;ot.join=eg;ot.fmtDate=Vl,ot.tzDate=fg;ot.sync=Vf;{ot.addGap=
jg,ot.clipGaps=Ui;let e=ot.paths={points:Zf};e.linear=Xf,e.stepped=Zg,e.bars=Jg,e.spline=Qg}var op=128,Mn=54,Ki=30,Vn=8,Jl=24,ub=84,Xl='system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';function fb(e,t){return Array.from({length:t+
1},(n,o)=>e.from+o*e.step)}function pb(e){return[...e,e.length>0?e[e.length-1]:null]}function Ql(e,t){let n=document.createElement("canvas"),o=Math.round(7*(window.
devicePixelRatio||1));n.width=n.height=o;let r=n.getContext("2d");r.strokeStyle=t?"#6a6a76":"#b4b4be",r.lineWidth=Math.max(1,o/7);for(let i of[-o,0,o])r.moveTo(
i,o),r.lineTo(i+o,0);return r.stroke(),e.createPattern(n,"repeat")}function db(e,t,n){let o=e.ctx,{left:r,top:i,width:s,height:a}=e.bbox,u=p=>Math.max(r,Math.min(
r+s,p)),c=Ql(o,n);o.save();for(let[p,h]of Cu(t)){let w=u(e.valToPos(p,"x",!0)),g=u(e.valToPos(h,"x",!0));o.fillStyle=n?"#24242a":"#f3f3f6",o.fillRect(w,i,g-w,a),
o.fillStyle=c,o.fillRect(w,i,g-w,a)}o.restore()}function hb(e,t,n,o){let r={stroke:n?"#2a2a31":"#ececf1",width:1},i={stroke:n?"#a0a0ab":"#5c5c66",font:"11px "+Xl,
grid:r,ticks:{show:!1}},{at:s,step:a}=fi(e[0],e[1],(t-Mn-Ki)/ub);return[{...i,size:Jl,gap:6,splits:()=>s,values:()=>ui(s,a)},{...i,size:Mn,gap:6,space:28,values:(u,c)=>c.
map(p=>o?np(100*p)+" %":np(p))}]}function np(e){return String(Math.round(e*1e6)/1e6)}function mb(e,t){let{data:n,found:o,dark:r,window:i}=e,s=(r?In.dark:In.light).
page.slice(1),a=ot.paths.stepped({align:1});return{width:t,height:e.height??op,padding:[Vn,Ki,0,0],legend:{show:!1},cursor:{show:!1},scales:{x:{time:!0,range:()=>i},
y:{range:(u,c,p)=>[0,p>0?p*1.1:1]}},axes:hb(i,t,r,e.percent??!1),series:[{},...[...o].reverse().map(u=>({stroke:u.colour,fill:vr(u.colour.slice(1),s,.5),width:1,
paths:a,points:{show:!1}}))],hooks:{drawAxes:[u=>n&&db(u,n,r)]}}}function Gi(e){let t=me(null),[n,o]=Q(0),{data:r,found:i,window:s}=e;return De(()=>{let a=new ResizeObserver(
()=>o(t.current?.clientWidth??0));return a.observe(t.current),()=>a.disconnect()},[]),De(()=>{if(!r||n===0)return;let a=[...i].reverse().map(c=>pb(c.sum)),u=new ot(
mb(e,n),[fb(r,i[0]?.own.length??0),...a],t.current);return()=>u.destroy()},[i,n,e.dark,e.zone,s[0],s[1]]),l("div",{class:"plot",ref:t,style:{height:(e.height??op)+
"px"}})}var ji=class{constructor(t,n){this.element=t;this.hand=n;t.addEventListener("pointerdown",o=>this.onDown(o)),t.addEventListener("pointermove",o=>this.onMove(o)),
t.addEventListener("pointerup",o=>this.onUp(o)),t.addEventListener("pointercancel",o=>this.onCancel(o)),t.addEventListener("pointerleave",()=>this.down||this.hand().
hover(null)),t.addEventListener("wheel",o=>this.onWheel(o),{passive:!1}),t.addEventListener("dblclick",()=>this.hand().whole()),t.addEventListener("keydown",o=>o.
key==="Escape"&&this.down&&(o.stopPropagation(),this.stop()))}element;hand;down=null;fingers=new Map;last=0;get busy(){return this.down!==null||this.fingers.size>
1}place(t){let n=this.element.getBoundingClientRect(),o=r=>Math.min(1,Math.max(0,r));return{x:o((t.clientX-n.left)/n.width),y:o((t.clientY-n.top)/n.height)}}stop(){
this.down=null,this.hand().cancel()}onDown(t){if(t.button>1)return;let n=this.place(t);if(this.element.setPointerCapture(t.pointerId),t.pointerType==="touch"&&this.
fingers.set(t.pointerId,n),this.fingers.size>1)return this.stop();this.down={at:n,px:t.clientX,base:t.shiftKey,pan:t.button===1||t.ctrlKey||t.metaKey||t.altKey,
moved:!1},this.last=t.clientX,t.button===1&&t.preventDefault()}onMove(t){let n=this.place(t),{down:o}=this;if(this.fingers.size>1&&this.fingers.has(t.pointerId))
return this.pinch(t.pointerId,n);this.hand().hover(n),o&&(o.moved||=Math.abs(t.clientX-o.px)>=4,o.moved&&(o.pan?this.hand().pan((this.last-t.clientX)/this.element.
clientWidth):this.hand().drag(o.at,n,o.base),this.last=t.clientX))}pinch(t,n){let o=()=>{let[s,a]=[...this.fingers.values()];return{wide:Math.max(.02,Math.abs(s.
x-a.x)),middle:(s.x+a.x)/2}},r=o();this.fingers.set(t,n);let i=o();this.hand().pan(r.middle-i.middle),this.hand().zoom(r.wide/i.wide,i.middle)}onUp(t){let{down:n}=this;
if(this.fingers.delete(t.pointerId),this.down=null,!!n){if(!n.moved)return this.hand().click();n.pan||this.hand().drop(n.at,this.place(t),n.base)}}onCancel(t){this.
fingers.delete(t.pointerId),this.stop()}onWheel(t){let n=t.deltaMode===1?33:1,o=t.shiftKey?t.deltaY:t.deltaX;t.preventDefault(),t.shiftKey||Math.abs(t.deltaX)>Math.
abs(t.deltaY)?this.hand().pan(o*n/this.element.clientWidth):this.hand().zoom(Math.exp(Math.max(-600,Math.min(600,t.deltaY*n*(t.ctrlKey?5:1)))*.0016),this.place(
t).x)}};function rp([e,t],n,o,r=0){let i=r/n+1e-9,s=Math.max(o[0],Math.floor(e/n+i)*n);return[s,Math.min(o[1],Math.max(s+n,Math.ceil(t/n-i)*n))]}function Kn(e,t){return e[0]+
t*(e[1]-e[0])}function ip(e){let t=me(null),n=me(e),[o,r]=Q(null),i=me(null);n.current=e;let s=(u,c)=>{let{window:p,exact:h}=n.current;return h?h(u,c):[Kn(p,Math.
min(u.x,c.x)),Kn(p,Math.max(u.x,c.x))]},a=(u,c)=>{let{window:p,step:h,exact:w}=n.current,g=(p[1]-p[0])/Math.max(1,t.current.clientWidth);return rp(s(u,c),h,p,w?
0:Math.min(g,h/4))};return De(()=>{let u=()=>n.current.onHold(i.current?.busy??!1);i.current=new ji(t.current,()=>({hover:c=>n.current.onCursor(c),drag:(c,p,h)=>{
u(),r({kind:h?"base":"now",at:a(c,p)})},drop:(c,p,h)=>{let w=a(c,p),g=s(c,p);r(null),u(),h?n.current.onBase(w,g):n.current.onInterval(w,g)},cancel:()=>{r(null),
u()},click:u,pan:c=>n.current.onPan(c),zoom:(c,p)=>n.current.onZoom(c,p),whole:()=>n.current.onInterval(null)}))},[]),l("div",{class:"stage "+e.kind+"-stage",children:[
e.children,l("div",{class:"brush",ref:t,tabIndex:0,role:"application","aria-label":e.label,onKeyDown:u=>gb(u,n.current)}),l(Pi,{window:e.window,bands:o?[...e.bands.
filter(u=>u.kind!==o.kind),o]:e.bands,notes:e.notes,cursor:e.cursor?.x??null,onNote:e.onNote,onSpan:e.onSpan})]})}function gb(e,t){let n=e.key==="ArrowLeft"?-1:
e.key==="ArrowRight"?1:0;if(!(e.ctrlKey||e.metaKey||e.altKey)){if(!t.onKey?.(e))if(n!==0&&e.shiftKey)bb(t,n);else if(n!==0)t.onPan(n*.1);else return;e.preventDefault(),
e.stopPropagation()}}function bb({window:e,step:t,interval:n,cursor:o,onInterval:r},i){let s=t*Math.max(1,Math.round((e[1]-e[0])/t/60)),a=Math.floor(Kn(e,o?.x??
.5)/t)*t,[u,c]=n??[a,a];r(rp([u,Math.max(u+t,c+i*s)],t,e))}var sp=new WeakMap;function Pr(e){let t=sp.get(e);return t||sp.set(e,t=wb(e)),t}function wb(e){let t=e.names.text.length,n=new Float64Array(t),o=new Float64Array(
t),r=new Int32Array(t),i=new Int32Array(t);for(let a=1;a<e.n;a++){let u=e.name[a];n[u]+=e.self[a],r[u]++,a>=i[u]&&(o[u]+=e.total[a],i[u]=e.end[a])}let s=[];for(let a=0;a<
t;a++)r[a]>0&&s.push(a);return{list:Int32Array.from(s),self:n,total:o,boxes:r}}function lp(e,t){let n=[];for(let o=0;o<e.n;)e.name[o]===t?(n.push(o),o=e.end[o]):
o++;return n}function ap(e,t){let n=new ao(e,t),o=[];for(let r of lp(e,t)){let i=e.depth[r];for(let s=r;s<e.end[r];s++){let a=e.depth[s]-i;o[a]=a===0?0:n.below(
o[a-1],e.name[s]),n.count(o[a],s,"both")}}return n.finish()}function cp(e,t){let n=new ao(e,t);for(let o of lp(e,t)){let r=0;n.count(0,o,"total");for(let i=e.parent[o];i>
0;i=e.parent[i])r=n.below(r,e.name[i]),n.count(r,o,"total");n.count(r,o,"ends")}return n.finish()}var up=8;function Yi({n:e,high:t,version:n,focus:o,onOpen:r,row:i}){let s=me(null),[a,u]=Q({top:0,height:600}),[c,p]=Q(-1);De(()=>{let x=s.current,M=()=>u({top:x.
scrollTop,height:x.clientHeight}),S=new ResizeObserver(M);return S.observe(x),x.addEventListener("scroll",M),o&&document.activeElement===document.body&&x.focus(
{preventScroll:!0}),()=>S.disconnect()},[]),De(()=>p(-1),[n]);let h=x=>{let M={ArrowDown:1,ArrowUp:-1,PageDown:20,PageUp:-20}[x.key];if(x.key==="Enter"&&c>=0&&r(
c),M===void 0)return;let S=Math.max(0,Math.min(e-1,c+M)),k=s.current;p(S),S*t<k.scrollTop?k.scrollTop=S*t:(S+1)*t>k.scrollTop+k.clientHeight&&(k.scrollTop=(S+1)*
t-k.clientHeight),x.preventDefault(),x.stopPropagation()},w=Math.max(0,Math.floor(a.top/t)-up),g=Math.min(e,Math.ceil((a.top+a.height)/t)+up);return l("div",{class:"\
table-body",ref:s,tabIndex:0,onKeyDown:h,children:l("div",{class:"table-all",style:{height:e*t+"px"},children:Array.from({length:Math.max(0,g-w)},(x,M)=>i(w+M,(w+
M)*t+"px",w+M===c))})})}var vb=24;function xb(e,t,n){let{list:o,self:r,total:i}=Pr(e),{text:s}=e.names,{test:a}=co(n),u=a?ml(e.names,a):null,c=u?o.filter(g=>u[g]===1):o.slice(),p=(g,x)=>s[g]<
s[x]?-1:s[g]>s[x]?1:0;if(t==="name")return c.sort(p);let[h,w]=t==="self"?[r,i]:[i,r];return c.sort((g,x)=>h[x]-h[g]||w[x]-w[g]||p(g,x))}function yb(e,t){let n=lo(
e,t);return n===null?ye(t):Do(n)}function fp({tree:e,samples:t,bar:n}){let o=e.total[0]>0?t/e.total[0]:0;return l("span",{class:"cell",title:[ye(t)+" "+e.meta.unit,
qo(e,t),hn(e,t)].filter(r=>r!=="").join(" · "),children:[l("i",{class:n,style:{width:Math.max(o>0?.5:0,100*o)+"%"}}),l("span",{class:"cores-of",children:hn(e,t).
replace(/ \w+$/,"")}),l("span",{class:"time",children:yb(e,t)}),l("span",{class:"share",children:Ne(t,e.total[0])})]})}function _b({sort:e,onSort:t,n}){let o=(r,i,s)=>l(
"button",{class:"head head-"+r+(e===r?" sorted":""),title:s,onClick:()=>t(r),"aria-sort":e===r?r==="name"?"ascending":"descending":"none",children:i});return l(
"div",{class:"table-head",role:"row",children:[o("self","Self","Spent in the function itself: cores, time, share"),o("total","Total","Spent in the function and \
in what it called: cores, time, share"),o("name","Function","By name"),l("span",{class:"quiet",children:ye(n)})]})}function $i(e){let{tree:t,small:n}=e,o=ce(()=>xb(
t,e.sort,e.query),[t,e.sort,e.query]),r=Pr(t),{names:i}=t;return l("div",{class:"table"+(n?" small":""),role:"table","aria-label":"Functions",children:[l(_b,{sort:e.
sort,onSort:e.onSort,n:o.length}),l(Yi,{n:o.length,high:vb,version:o,focus:!n,onOpen:s=>e.onPick(o[s]),row:(s,a,u)=>{let c=o[s];return l("div",{class:"row"+(c===
e.chosen?" chosen":"")+(u?" cursor":""),role:"row",style:{top:a},onClick:()=>e.onPick(c),title:O(i.text[c])+(i.file[c]?`
`+O(i.file[c]):"")+`
Click for its callers and callees`,children:[l(fp,{tree:t,samples:r.self[c],bar:"bar-self"}),l(fp,{tree:t,samples:r.total[c],bar:"bar-total"}),l("span",{class:"\
what",children:[l("i",{class:"swatch",style:{background:e.paint.box[e.colours[c]]}}),l("bdi",{class:"fn",children:O(i.fn[c]||i.text[c])}),l("bdi",{class:"quiet \
where",children:O(Er(i.file[c],i.line[c]))})]})]},c)}}),o.length===0&&l("p",{class:"quiet none",children:"No function here has this in its name or file."})]})}function Er(e,t=0){
return e===""?"":e.split("/").slice(-2).join("/")+(t?":"+t:"")}var pp={saturated:"The machine or service was at its limit: judged by shares, not by cores",recurring:"The same step was there a day or a week before: perhaps i\
t comes every day",uniform:"All functions slowed down together: perhaps the machine, not the code",per_host:"Not at the same time, or not at all, on every host",
new:"It was not there before",gone:"It is not there any more"},kb=118,Sb=12;function Tb({before:e,after:t,share:n}){return n?tn(t-e):Et(t-e)}function Mb(e){let t=n=>e.
share?tn(n).replace(/ pts$/,""):Et(n);return e.least===null||e.most===null?"no interval":"["+t(e.least)+", "+t(e.most)+"]"}function dp({at:e,lo:t,hi:n}){return n>
t?ct(t,n):se(e)}function Cb({flags:e}){let t=n=>Object.hasOwn(pp,n)?n:"";return l("span",{class:"flags",children:e.map(n=>l("i",{class:"tag "+t(n),title:pp[t(n)]??
"",children:O(n.replace(/_/g," "),30)},n))})}function Ab({finding:e,chosen:t,onPick:n}){let o=e.after>e.before;return l("li",{class:"finding"+(t?" chosen":"")+(o?
" more":" less"),children:l("button",{"aria-pressed":t,onClick:n,children:[l("span",{class:"finding-top",children:[l("bdi",{class:"fn",children:O(N(e.fn))||"(no\
 name)"}),l("b",{class:"finding-size",children:[Tb(e),e.share?"":" cores"]})]}),l("span",{class:"finding-line",children:[l("bdi",{class:"quiet",children:[O(N(e.
service),60),e.file?" · "+Er(e.file):""]}),l("span",{class:"quiet",children:[xn(e.before,e.share)," ","→"," ",xn(e.after,e.share)]})]}),l("span",{class:"find\
ing-line",children:[l("span",{title:"The moment lies in "+dp(e)+" with a probability of 95 %",children:[se(e.at),e.hi>e.lo&&l("span",{class:"quiet",children:[" ",
"±"," ",tt((e.hi-e.lo)/2)]})]}),l(Cb,{flags:e.flags})]})]})})}function Pb({findings:e,window:t}){let n=e.from||t[0],o=e.until||t[1];return l("div",{class:"noti\
ce",children:[l("h2",{children:"Nothing changed"}),l("p",{children:[ze(e.tested,"function")," ",e.tested===1?"was":"were"," tested, ",ct(n,o),": none shows a ch\
ange that is more than chance."]}),l("p",{children:"A change is named if it exceeds what chance makes of this many functions, and is at least 1 point or 0.01 co\
res for three slices."})]})}function Eb({finding:e,now:t}){let{before:n,after:o,share:r}=e;return l("span",{class:"quiet",children:[l("bdi",{children:O(N(e.service),
80)})," ","·"," ",l("b",{class:o>n?"more":"less",children:[xn(n,r)," ","→"," ",xn(o,r),r?"":" cores"]})," ",Mb(e)," ","·"," ",dp(e),t&&" · "+t]})}function Lb({
finding:e,props:t}){let{state:n,change:o}=t,r=mi(e,t.findings.step),[i,s]=Q(null),a=ce(()=>o?Ai(o,"function",new Map).map(w=>({...w,colour:_n[0]})):[],[o]),u=[];
e.base&&u.push({kind:"base",at:e.base,text:"before"}),e.now&&u.push({kind:"now",at:e.now,text:"after"}),u.push({kind:"moment",at:[e.lo,Math.max(e.hi,e.lo+t.findings.
step/4)]});let c=i&&o?Kn(r,i.x):null,p=c===null?void 0:a[0]?.own[Math.floor((c-o.from)/o.step)],h=w=>{let g=w.currentTarget.getBoundingClientRect();s({x:Math.min(
1,Math.max(0,(w.clientX-g.left)/g.width)),y:0})};return l("div",{class:"detail",children:[l("div",{class:"detail-head",children:[l("div",{children:[l("h3",{children:l(
"bdi",{children:O(N(e.fn))})}),l(Eb,{finding:e,now:c===null?"":se(c)+": "+(p==null?"nobody looked":xn(p,e.share))}),e.hosts.length>1&&l("span",{class:"quiet per\
-host",children:e.hosts.slice(0,Sb).map(w=>l("span",{children:[l("bdi",{children:O(N(w.host),40)})," ",se(w.at)]},w.host))})]}),l("button",{class:"small main",onClick:()=>t.
onOpen(e),title:"Flame graph and changes of before and after",children:"Compare"}),l("button",{class:"small",onClick:()=>t.onPick(null),children:"Close"})]}),l(
"div",{class:"stage",children:[l(Gi,{data:o,found:a,window:r,dark:t.dark,zone:n.utc,percent:e.share,height:kb}),l("div",{class:"brush still",onPointerMove:h,onPointerLeave:()=>s(
null)}),l(Pi,{window:r,bands:u,notes:t.notes,cursor:i?.x??null,onNote:t.onNote})]}),l("div",{class:"detail-picture",children:t.children})]})}function hp(e){let{
state:t,findings:n}=e,o=t.q.toLowerCase();if(!n)return l("div",{class:"notice loading",role:"status",children:l("p",{children:"Comparing every function with its\
elf"})});if(n.items.length===0)return l(Pb,{findings:n,window:e.window});let r=n.items.filter(s=>[s.fn,s.service,s.file].some(a=>a.toLowerCase().includes(o))),i=n.
items.find(s=>s.key===t.finding)??null;return l("div",{class:"findings"+(i?" open":""),children:[l("div",{class:"findings-list",children:[l("p",{class:"quiet",children:[
ze(r.length,"change")," in ",ye(n.tested)," functions, ",ct(n.from||e.window[0],n.until||e.window[1]),"."]}),l("ul",{children:r.map(s=>l(Ab,{finding:s,chosen:s===
i,onPick:()=>e.onPick(s===i?null:s)},s.key))}),r.length===0&&l("p",{class:"quiet none",children:"No finding has this in it."})]}),i?l(Lb,{finding:i,props:e}):l(
"div",{class:"notice detail-none",children:l("p",{children:"Choose one: it is shown over time, and what was before is compared with what came after."})})]})}var Fb={side:"M2 4h12M2 8h12M2 12h12",light:"M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1\
.1M13.1 2.9 12 4M4 12l-1.1 1.1",dark:"M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",link:"M6.6 9.4a3 3 0 0 0 4.3 0l2.2-2.2a3 3 0 0 0-4.3-4.3L7.7 4M9.4 6.6a3 3\
 0 0 0-4.3 0L2.9 8.8a3 3 0 0 0 4.3 4.3L8.3 12",done:"M3 8.5l3.2 3.2L13 5"};function Zi({name:e}){return l("svg",{width:"16",height:"16",viewBox:"0 0 16 16","ari\
a-hidden":"true",children:l("path",{d:Fb[e]})})}var gp=[[60,"1 min","minute"],[300,"5 min","5 minutes"],[900,"15 min","15 minutes"],[3600,"1 h","hour"],[6*3600,"6 h","6 hours"],[86400,"1 d","day"],[7*86400,"1\
 w","week"],[30*86400,"30 d","30 days"],[365*86400,"1 y","year"]],Nb=60;function mp(e){return gp.find(([t])=>t===e)?.[1]??tt(e)}function Hb({state:e,window:t,watermark:n,
set:o,close:r}){let i=g=>e.end===null?"":xt(g)+" "+Lt(g),[s,a]=Q(i(t[0])),[u,c]=Q(i(t[1])),[p,h]=Q("");return l("form",{class:"custom",onSubmit:g=>{g.preventDefault();
let x=gr(s,n),M=u.trim()===""?n:gr(u,n);if(x===null||M===null)return h("“"+(x===null?s:u)+"” is no time.");if(M<=x)return h("The end is not after the beginn\
ing.");if(M-x>zo)return h("That is more than a year.");let S=u.trim()===""||/^now$/i.test(u.trim());h(""),o({span:Math.max(js,Math.round(M-x)),end:S&&Cc(s)?null:
M,live:!1,from:null,until:null}),r()},children:[l("label",{children:[l("span",{children:"From"}),l("input",{name:"from",value:s,spellcheck:!1,autocomplete:"off",
onInput:g=>a(g.currentTarget.value),placeholder:"3h, 14:05, "+se(t[0],0)})]}),l("label",{children:[l("span",{children:"Until"}),l("input",{name:"until",value:u,
spellcheck:!1,autocomplete:"off",placeholder:"now",onInput:g=>c(g.currentTarget.value)})]}),p&&l("p",{class:"wrong",role:"alert",children:p}),l("p",{class:"quie\
t",children:["So long ago (10min, 2h, 3d, 1w), a time in ",io(),", or with a zone of its own: 2026-11-22T14:05:00Z."]}),l("button",{class:"main",type:"submit",children:"\
Show"})]})}function bp(e){let{state:t,window:n,watermark:o,oldest:r,set:i}=e,s=t.end===null,[a,u]=Q(0),c=p=>r!==null&&o-p<r-Nb;return l("div",{class:"range",role:"\
group","aria-label":"Part of time",children:[l("button",{class:"icon step-back",title:"Earlier (Shift [ )","aria-label":"Earlier",onClick:()=>e.onPan(-1),children:"\
‹"}),l(zn,{kind:"range-menu",title:"How long the timeline is (w)",onOpen:()=>u(a+1),label:l("span",{class:"range-now",children:[l("b",{children:s?"last "+mp(t.
span):ct(...n)}),l("span",{class:"quiet until",children:s?"until "+se(n[1]):mp(t.span)})]}),children:p=>l(he,{children:[l("div",{class:"presets",children:gp.map(
([h,w,g])=>l("button",{title:"The last "+g+(c(h)?": more than is kept":""),class:c(h)?"beyond":"","aria-pressed":s&&t.span===h,onClick:()=>{i({span:h,end:null,from:null,
until:null}),p()},children:w},h))}),l(Hb,{...e,close:p},a),l("div",{class:"kept-line",children:[l("span",{children:r!==null&&"Kept since "+se(r)+"."}),l("button",
{class:"small",onClick:()=>i({utc:!t.utc}),children:t.utc?"Local time":"UTC"})]})]})}),l("button",{class:"icon step-on",title:"Later (Shift ] )","aria-label":"L\
ater",disabled:n[1]>=o,onClick:()=>e.onPan(1),children:"›"}),l("button",{class:"icon zoom-out",title:"Longer (-)","aria-label":"Longer",onClick:()=>e.onZoom(2),
children:"−"}),l("button",{class:"icon zoom-in",title:"Shorter (+)","aria-label":"Shorter",onClick:()=>e.onZoom(.5),children:"+"}),t.end!==null&&l("button",{class:"\
small now",title:"As new as there is (r)",onClick:()=>i({end:null,from:null,until:null}),children:"Now"})]})}async function ea(e){try{return await navigator.clipboard.writeText(e),!0}catch{return history.replaceState(null,"",e),!1}}function Rb({state:e,window:t}){let[n,
o]=Q("");return De(()=>{let r=n?globalThis.setTimeout(()=>o(""),2500):0;return()=>clearTimeout(r)},[n]),l(he,{children:[l("button",{class:"icon copy-link",title:"\
Copy a link to this, with absolute times (y)","aria-label":"Copy link",onClick:async()=>o(await ea(ci(e,t))?"Link copied":"The address bar has the link"),children:l(
Zi,{name:n?"done":"link"})}),n&&l("span",{class:"toast",role:"status",children:n})]})}function wp(e){let{state:t,window:n,set:o}=e;return l("header",{class:"top",
children:[l("button",{class:"icon side-button","aria-label":"Services",title:"Services",onClick:e.onSide,children:l(Zi,{name:"side"})}),l("span",{class:"brand",
children:[l("svg",{width:"18",height:"18",viewBox:"0 0 18 18","aria-hidden":"true",children:[l("path",{class:"b1",d:"M1 1h16v4H1z"}),l("path",{class:"b2",d:"M1 \
6.5h10v4H1z"}),l("path",{class:"b3",d:"M3 12h5v4H3z"})]}),l("span",{children:"scrape"})]}),e.name&&l("span",{class:"host",title:e.collector?"The collector":"The\
 machine that is looked at",children:l("bdi",{children:O(N(e.name),80)})}),l("span",{class:"gap"}),n&&l(bp,{...e,window:n}),l("button",{class:"live"+(t.live?" o\
n":""),"aria-pressed":t.live,title:"Follow what happens now (l)",onClick:e.onLive,children:[l("i",{}),l("span",{children:"Live"})]}),l("button",{class:"zone",title:"\
Times in UTC, or as on this machine (u)","aria-pressed":t.utc,onClick:()=>o({utc:!t.utc}),children:io()}),n&&l(Rb,{state:t,window:n}),l("button",{class:"icon",title:"\
Light or dark (d)","aria-label":"Light or dark",onClick:e.onTheme,children:l(Zi,{name:e.dark?"light":"dark"})}),l("button",{class:"icon help-button",title:"Keys\
 (?)","aria-label":"Keys",onClick:e.onHelp,children:"?"}),l("div",{class:"progress"+(e.busy?" on":"")})]})}var zb=[["Views",[["f","flame graph"],["t","top table, or changes"],["s","sandwich, of the box under the pointer"],["R","regressions"],["H","hosts"],["l","live"],
["r","ask for the newest"],["d","light or dark"],["u","UTC or local time"],["y","copy a link with absolute times"]]],["Time",[["w","which part of time"],["+ −",
"shorter, longer; or the wheel"],["{ }","earlier, later; or Ctrl-drag"],["[ ]","interval before, after"],["drag","choose an interval"],["Shift-drag","one to com\
pare with"],["h","timeline or heat map"],["b","split by the next"],["e","annotate"]]],["Comparing",[["p","with what was directly before"],["x","swap sides"],["E\
sc","end it"]]],["What is shown",[["m","CPU, wall, GIL"],["g","by function, line, module"],["a","threads apart or together"],["o","focus, ignore, library, recur\
sion"],["c","colours"],["i","icicle or flame"]]],["Moving about",[["click","zoom to a box"],["← ↑ → ↓","walk over boxes, rows, cells"],["Enter","zoom, o\
r open a row"],["Home","show everything"],["Esc","one step back"]]],["Searching",[["/","text, or /regex/"],["n N","next, previous box found"],["?","this"]]]];function vp({
onClose:e,only:t}){let n=zb.map(([r,i])=>[r,i.filter(([s])=>!t||t.includes(s))]).filter(([,r])=>r.length>0),o=me(null);return De(()=>o.current.showModal(),[]),l(
"dialog",{class:"help",ref:o,onClose:e,onClick:r=>r.target===o.current&&e(),children:l("div",{class:"help-inside",children:[l("header",{children:[l("h2",{children:"\
Keys"}),l("button",{class:"small",onClick:e,children:"Close"})]}),l("div",{class:"help-lists",children:n.map(([r,i])=>l("section",{children:[l("h3",{children:r}),
l("dl",{children:i.map(([s,a])=>[l("dt",{children:l("kbd",{children:s})},s),l("dd",{children:a},s+".")])})]},r))}),l("p",{class:"quiet",children:"Values are CPU\
 time that the kernel measured, shared out by looks. The address of this page holds everything that is chosen: it can be sent to somebody."})]})})}var ta={down:0,refused:1,new:2,gone:3,up:4,elsewhere:5},Db={up:"Its slices arrive",down:"It does not answer",refused:"It answers, but what it says is not believ\
ed",new:"It has not been asked yet",gone:"It is not polled any more",elsewhere:"Another collector polls it, its slices arrive"},Ob=1,Ib=60;function na(e){return e.
filter(t=>t.state==="down"||t.state==="refused").length}function xp({store:e}){return e.failing===0&&e.lost===0?null:l("div",{class:"strip",role:"alert",children:[
l("b",{children:[e.failing>0?"The store cannot be written":ze(e.lost,"slice")+" lost","."]}),l("span",{children:[e.failing>0&&l(he,{children:["Since ",se(e.failing),
": ",l("bdi",{children:O(N(e.trouble))}),". What is polled waits:"," "+(e.waiting/(1<<20)).toFixed(1)," MiB. "]}),e.lost>0&&(e.failing>0?ze(e.lost,"slice")+" lo\
st: ":"")+"the outbox was full."]})]})}function Wb({host:e,watermark:t,onPick:n}){let o=e.lag||(e.watermark>0?Math.max(0,t-e.watermark):0);return l("tr",{class:e.
state==="up"||e.state==="elsewhere"?"":"trouble",children:[l("td",{children:[l("button",{class:"host-name",title:`Only this host
`+N(e.address),onClick:n,children:l("bdi",{children:O(N(e.host),80)||"(no name)"})}),l("bdi",{class:"quiet address",children:O(N(e.address),80)}),e.error&&l("bd\
i",{class:"said-here",children:O(N(e.error))})]}),l("td",{title:Db[e.state]??"",children:[l("i",{class:"lamp "+(ta[e.state]!==void 0?e.state:"")}),N(e.state),e.
since>0&&l("span",{class:"quiet since",children:[" since ",se(e.since)]})]}),l("td",{class:"num"+(o>Ib?" warn":""),children:e.watermark>0?tt(o):"–"}),l("td",{
class:"num"+(Math.abs(e.offset)>Ob?" warn":""),title:"How far its clock is ahead of the collector's",children:e.offset===0?"0":(e.offset>0?"+":"−")+Ue(Math.abs(
e.offset))+" s"}),l("td",{class:"num",children:ye(e.slices)}),l("td",{class:"num"+(e.gaps>0?" warn":""),children:ye(e.gaps)}),l("td",{class:"said",children:e.error&&
l("bdi",{children:O(N(e.error))})})]})}function oa({hosts:e,watermark:t,onPick:n}){let[o,r]=Q(""),i=o.toLowerCase(),s=e.filter(u=>[u.host,u.address,u.state,u.error].
some(c=>c.toLowerCase().includes(i))).sort((u,c)=>(ta[u.state]??0)-(ta[c.state]??0)||(u.host<c.host?-1:1)),a=na(e);return l("div",{class:"hosts-view",children:[
l("div",{class:"hosts-head",children:[l("h2",{children:ze(e.length,"host")}),l("span",{class:a>0?"warn":"quiet",children:a>0?ze(a,"host")+" in trouble":"All are\
 well."}),l("span",{class:"gap"}),l("input",{type:"search",placeholder:"Filter hosts","aria-label":"Filter the hosts",value:o,spellcheck:!1,onInput:u=>r(u.currentTarget.
value)})]}),l("div",{class:"hosts-scroll",children:[l("table",{children:[l("thead",{children:l("tr",{children:[l("th",{children:"Host"}),l("th",{children:"State"}),
l("th",{class:"num",title:"How far its newest slice is behind",children:"Behind"}),l("th",{class:"num",children:"Clock"}),l("th",{class:"num",children:"Slices"}),
l("th",{class:"num",title:"Times without slices, drawn hatched",children:"Gaps"}),l("th",{children:"Trouble"})]})}),l("tbody",{children:s.slice(0,1e3).map(u=>l(
Wb,{host:u,watermark:t,onPick:()=>n(u.host)},u.host))})]}),s.length===0&&l("p",{class:"quiet none",children:e.length===0?"No host has been named yet: scrape col\
lect --host NAME=ADDRESS:PORT":"No host has this in it."})]})]})}function Ji(e,t){return e[(e.indexOf(t)+1)%e.length]}function Ub({state:e,set:t,zoomOut:n}){e.q!==""?t({q:""},"replace"):e.finding!==""&&e.view==="regressions"?
t({finding:"",...On}):e.view!=="flame"?t({view:"flame"}):e.zoom!==""?n():mt(e)?t({...On,finding:""}):e.from!==null&&t({from:null,until:null})}function qb(){let e=document.
querySelector("#search");e?.focus(),e?.select()}function yp(e){let t=document.querySelector(".menu."+e);t&&(t.open||t.querySelector("summary")?.click(),t.querySelector(
".menu-list :is(input, button, select)")?.focus())}var _p={f:({set:e})=>e({view:"flame"}),t:({set:e})=>e({view:"table"}),s:({state:e,set:t,flame:n})=>n&&n.focus>
0?n.pick():e.view!=="sandwich"&&t({view:"sandwich"}),R:({set:e})=>e({view:"regressions"}),H:({set:e,hosts:t})=>t&&e({view:"hosts"}),h:({state:e,set:t})=>t({chart:e.
chart==="heat"?"line":"heat"}),b:({state:e,splits:t,act:n})=>n.split(Ji(t,en(e))),l:({act:e})=>e.live(),r:e=>e.reload(),d:e=>e.turnTheme(),u:({state:e,set:t})=>t(
{utc:!e.utc},"replace"),y:e=>e.copy(),e:e=>e.note(),p:({act:e})=>e.compareBefore(),x:({act:e})=>e.swap(),o:()=>yp("refine"),w:()=>yp("range-menu"),m:({state:e,set:t})=>t(
{mode:Ji(["cpu","wall","gil"],e.mode)}),g:({state:e,set:t})=>t({merge:Ji(["function","line","module"],e.merge),zoom:""}),a:({state:e,set:t})=>t({threads:!e.threads,
zoom:""}),c:({state:e,set:t})=>t({colour:Ji(["module","language","hash"],e.colour)},"replace"),i:({state:e,set:t})=>t({up:!e.up},"replace"),n:({flame:e})=>e?.nextHit(
1),N:({flame:e})=>e?.nextHit(-1),"?":e=>e.help(),"[":({act:e})=>e.shift(-1),"]":({act:e})=>e.shift(1),"{":({act:e})=>e.pan(-1),"}":({act:e})=>e.pan(1),"+":({act:e})=>e.
zoom(.5),"=":({act:e})=>e.zoom(.5),"-":({act:e})=>e.zoom(2),Home:({set:e})=>e({zoom:""})};function kp(e,t,n){let o=e.target,{key:r}=e,i=o.localName==="input"&&o.
type!=="checkbox";if(!document.querySelector("dialog[open]")){if(r==="f"&&(e.ctrlKey||e.metaKey)||r==="/"&&!i)qb();else if(r==="Escape"){if(o.localName==="input"&&
o.id!=="search")return o.blur();Ub(t),o.blur()}else{if(i||e.ctrlKey||e.metaKey||e.altKey||o.localName==="select")return;if(r.startsWith("Arrow")){if(!t.flame)return;
t.flame.walk(r)}else if(r==="Enter"){if(["button","summary","a"].includes(o.localName))return;t.flame?.enter()}else if(Object.hasOwn(_p,r)&&(!n||n.includes(r)))
_p[r](t);else return}e.preventDefault()}}var gt=class{constructor(t,n){this.read=t;this.changed=n}read;changed;value=null;failure=null;loading=!1;address="";have="";control=null;async want(t,n=!1){if(t===
this.address&&!n)return;this.address=t,this.control?.abort();let o=this.control=new AbortController;this.loading=!0,this.changed();try{let r=this.read(await Hc(
t,o.signal));if(o.signal.aborted)return;this.value=r,this.have=t,this.failure=null}catch(r){if(o.signal.aborted)return;this.failure=r instanceof ut?r:new ut("da\
maged",r instanceof Vt?"It does not hold together: "+r.message+".":String(r))}this.loading=!1,this.changed()}leave(){!this.loading&&!this.failure||(this.control?.
abort(),this.loading=!1,this.failure=null,this.address=this.have)}drop(){this.control?.abort(),this.value=null,this.failure=null,this.loading=!1,this.address=this.
have=""}};var Bb=60,Vb=240,Kb=5,Gb=2,Sp=2,jb=10,Yb=160,$b=["service","pid","thread","target"];function Xi(e){return e.value===null&&(e.failure?.trouble==="absent"||e.failure?.
trouble==="refused")}var Qi=class{constructor(t){this.changed=t;let n=()=>{t(),this.retryLater()},o=()=>{n(),this.demand()};this.status=new gt(zc,o),this.targets=
new gt(Rc,n),this.spark=new gt(di,n),this.timeline=new gt(di,n),this.profile=new gt(qc,n),this.diff=new gt(cu,n),this.heat=new gt(Wc,n),this.labels=new gt(Dc,o),
this.notes=new gt(Ic,t),this.fleet=new gt(Uc,t),this.findings=new gt(Yc,o),this.change=new gt(di,t)}changed;status;targets;spark;timeline;profile;diff;labels;heat;notes;fleet;findings;change;values=new Map;state=null;timer=0;retry=0;waiting=0;asked=0;collector(){
return this.status.value?.collector===!0}watermark(){return this.targets.value?.watermark??this.status.value?.watermark??0}step(){return this.targets.value?.step??
10}window(t){let n=this.watermark(),o=this.step();if(n<=0)return null;let r=Math.ceil((t.end??n)/o)*o;return[r-Math.max(o,Math.ceil(t.span/o)*o),r]}interval(t){
return t.from!==null&&t.until!==null?[t.from,t.until]:this.window(t)}keys(){return(this.labels.value??[]).filter(t=>!$b.includes(t))}chosen(t){return this.findings.
value?.items.find(n=>n.key===t.finding)??null}async show(t,n=!1){this.state=t,this.follow(t.live),!this.targets.value&&!this.targets.loading&&(this.status.want(
"api/v1/status"),this.labels.want("api/v1/labels"),await this.targets.want(oi(null))),n?this.later():this.demand()}async reload(){if((this.collector()||this.status.
failure&&this.status.failure.trouble!=="absent")&&await this.status.want("api/v1/status",!0),await this.targets.want(oi(this.collector()&&this.state?this.newest():
null),!0),!this.targets.failure){for(let t of this.slots())t.failure&&(t.address="");this.fleet.address!==""&&!Xi(this.fleet)&&this.fleet.want("api/v1/hosts",!0),
this.notes.address!==""&&!Xi(this.notes)&&this.notes.want(this.notes.address,!0),this.demand()}}newest(){return this.targets.value&&this.status.value.watermark>
this.targets.value.watermark&&(this.targets.value.watermark=this.status.value.watermark),this.window(this.state)}slots(){return[this.spark,this.timeline,this.profile,
this.diff,this.heat,this.findings,this.change]}later(){let t=this.asked+Yb-performance.now();if(this.waiting===0){if(t<=0)return this.demand();this.waiting=window.
setTimeout(()=>{this.waiting=0,this.demand()},t)}}demand(){let t=this.state,n=this.targets.value,o=t&&this.window(t);if(!t||!n||!o||n.targets.length===0&&!this.
collector())return;this.asked=performance.now();let r=o[1]-o[0],i=this.interval(t),s=t.view!=="hosts";this.collector()&&this.targets.want(oi(o)),this.spark.want(
mc(t,o,Ro(r,n.step,Bb))),this.timeline.want(hc(t,o,Ro(r,n.step,ni))),Xi(this.notes)||this.notes.want(vc(o)),this.wantIf(this.heat,t.chart==="heat",()=>bc(t,o)),
this.wantIf(this.findings,t.view==="regressions",()=>wc(t,o));let a=t.view==="regressions"?this.chosen(t):null,u=this.findings.value;this.wantIf(this.change,a!==
null,()=>{let w=mi(a,u.step);return gc(t,a.service,a.fn,a.share?"share":"cores",w,Ro(w[1]-w[0],u.step,Vb))});let c=mt(t),p=s&&(t.view!=="regressions"||a!==null),
h=a?{...t,services:[a.service],pids:[]}:t;this.wantIf(this.diff,c&&p,()=>ti(h,i)),this.wantIf(this.profile,!c&&p,()=>ei(t,i,"json")),(this.collector()||t.view===
"hosts")&&this.fleet.want("api/v1/hosts");for(let[w,g]of this.values)Xi(g)||g.want(Ks(w,o));this.ask("host",o)}wantIf(t,n,o){n?t.want(o()):t.leave()}ask(t,n=this.
state&&this.window(this.state)){if(this.values.has(t)||!n||!this.labels.value?.includes(t))return;let o=new gt(Oc,this.changed);this.values.set(t,o),o.want(Ks(t,
n))}follow(t){if(clearInterval(this.timer),this.timer=0,!t)return;let n=this.targets.value?.step??Sp,o=Math.min(Math.max(n/2,Sp),jb);this.timer=window.setInterval(
()=>{!document.hidden&&!this.targets.loading&&this.reload()},o*1e3)}retryLater(){let t=[this.targets,...this.slots()].map(o=>o.failure?.retry??0).filter(o=>o>0),
n=this.targets.value;n&&n.targets.length===0&&!this.collector()?t.push(Kb):n&&n.watermark<=0&&t.push(Gb),!(t.length===0||this.retry!==0)&&(this.retry=window.setTimeout(
()=>{this.retry=0,this.reload()},Math.min(...t)*1e3))}};function Tp({title:e,children:t,onClose:n}){let o=me(null);return De(()=>o.current.showModal(),[]),l("dialog",{class:"card",ref:o,onClose:n,onPointerDown:r=>r.target===
o.current&&n(),"aria-label":e,children:l("div",{class:"card-inside",children:[l("header",{children:[l("h2",{children:e}),l("button",{class:"small",onClick:n,children:"\
Close"})]}),t]})})}function Mp(e){return e instanceof ut&&e.trouble==="token"?"This needs the token: open the page again and enter it as the password, or send i\
t with POST /api/v1/annotations. ("+O(N(e.message))+")":e instanceof ut?O(N(e.message)):String(e)}function Cp(e){let{interval:t}=e,{services:n,hosts:o}=e.state,
[r,i]=Q(""),[s,a]=Q(xt(e.at)+" "+Lt(e.at)),[u,c]=Q(n.length===1?n[0]:""),[p,h]=Q(e.pin&&t!==null),[w,g]=Q(""),[x,M]=Q(!1),S=async k=>{let _=gr(s,e.now);if(k.preventDefault(),
_===null)return g("“"+s+"” is no time.");if(r.trim()==="")return g("Say what happened.");M(!0);try{await Js("api/v1/annotations",{text:r.trim(),...p&&t?{at:t[0],
until:t[1],pin:!0}:{at:_},...u?{service:u}:{},...o.length===1?{host:o[0]}:{}}),e.onDone()}catch(A){g(Mp(A)),M(!1)}};return l(Tp,{title:p?"Keep an interval":"Ann\
otate",onClose:e.onClose,children:l("form",{onSubmit:S,children:[l("label",{children:[l("span",{children:"What"}),l("input",{name:"text",value:r,maxLength:500,autofocus:!0,
autocomplete:"off",placeholder:"deploy 4.2",onInput:k=>i(k.currentTarget.value)})]}),l("label",{children:[l("span",{children:"When"}),l("input",{name:"at",value:p&&
t?ct(...t):s,disabled:p,spellcheck:!1,autocomplete:"off",onInput:k=>a(k.currentTarget.value)})]}),l("label",{children:[l("span",{children:"Of"}),l("select",{name:"\
service",value:u,onChange:k=>c(k.currentTarget.value),children:[l("option",{value:"",children:"everything"}),e.services.map(k=>l("option",{value:k,children:O(N(
k),60)},k))]})]}),t&&l("label",{class:"box",children:[l("input",{name:"pin",type:"checkbox",checked:p,onChange:k=>h(k.currentTarget.checked)}),l("span",{children:[
l("b",{children:["Keep ",ct(...t)," for good"]}),l("span",{class:"quiet",children:"Retention does not delete what is pinned."})]})]}),w&&l("p",{class:"wrong",role:"\
alert",children:w}),l("p",{class:"quiet",children:["Times are ",io(e.at),"."]}),l("button",{class:"main",type:"submit",disabled:x,children:p?"Keep it":"Add"})]})})}
function Ap({note:e,annotate:t,onAround:n,onGo:o,onClose:r,onDone:i}){let[s,a]=Q(""),u=async()=>{try{await Js("api/v1/annotations",{delete:e.id}),i()}catch(p){a(
Mp(p))}},c=[["When",se(e.at,0)+(e.until!==null?" – "+se(e.until,0):"")+" "+io(e.at)],["Service",N(e.service)],["Host",N(e.host)],["By",e.by],["Kept",e.pin?"fo\
r good: retention leaves it alone":""]];return l(Tp,{title:O(e.text,200)||"(no text)",onClose:r,children:[l("dl",{children:c.filter(([,p])=>p!=="").map(([p,h])=>[
l("dt",{children:p},p),l("dd",{children:l("bdi",{children:O(h)})},p+".")])}),s&&l("p",{class:"wrong",role:"alert",children:s}),l("p",{class:"buttons",children:[
l("button",{class:"main",onClick:()=>n(e),title:"The 30 minutes before as the base",children:"Compare around this"}),l("button",{onClick:()=>o(e),children:"Go t\
here"}),t&&l("button",{class:"danger",onClick:()=>{u()},children:"Delete"})]})]})}function tr({title:e,children:t,kind:n=""}){return l("div",{class:"notice "+n,role:n==="trouble"?"alert":"status",children:[l("h2",{children:e}),t]})}function ra({
what:e}){return l("div",{class:"notice loading",role:"status",children:l("p",{children:e})})}function Ep({onRetry:e}){return l(tr,{title:"Nothing is being looke\
d at yet",children:[l("p",{children:"The daemon runs, but no process matches its rules. Name processes when it starts:"}),l("pre",{children:["scrape serve -p PI\
D",`
`,"scrape serve -P 'gunicorn|celery'"]}),l("p",{children:["or write a rule into ",l("code",{children:"/etc/scrape/scrape.conf"})," (see ",l("code",{children:"ma\
n scrape.conf"}),"), such as"]}),l("pre",{children:["[rule shop]",`
`,"unit = shop@*.service"]}),l("p",{children:"and tell the daemon to read it:"}),l("pre",{children:"systemctl reload scrape"}),l("p",{children:"What could be lo\
oked at on this machine, and what not and why, says"}),l("pre",{children:"scrape ps"}),l("p",{children:l("button",{onClick:e,children:"Look again"})})]})}function Lp(e){
let t=O(N(e)).trim();return/[.!?\u2026]$/.test(t)||t===""?t:t+"."}function Fp({step:e}){return l(tr,{title:"Nothing has been added up yet",children:l("p",{children:[
"The daemon has just begun. There is something to see as soon as the first ",e," seconds are over; this page asks again by itself."]})})}var Cn="daemon";function Np(e){
Cn=e}function Hp({trouble:e}){return{offline:"The "+Cn+" does not answer",token:"This "+Cn+" asks for its token",busy:"The "+Cn+" is busy",refused:"The "+Cn+" r\
efused this question",damaged:"The answer makes no sense",absent:"This "+Cn+" does not know this question"}[e]}function Pp(){return Cn==="collector"?"scrape-col\
lect":"scrape"}function Rp(){location.reload()}function es({failure:e,onRetry:t,onReset:n}){let o=Lp(e.message);return l(tr,{title:Hp(e),kind:"trouble",children:[
e.trouble==="offline"&&l(he,{children:[l("p",{children:"It is asked again every few seconds. On its machine, see whether it runs:"}),l("pre",{children:["systemc\
tl status ",Pp(),`
`,"journalctl -u ",Pp()," -n 20"]})]}),e.trouble==="token"&&l(he,{children:[l("p",{children:["Enter it as the password; any user name will do. It is in the file\
 that ",l("code",{children:"token-file"})," names in ",l("code",{children:"/etc/scrape/scrape.conf"}),"."]}),l("p",{children:l("button",{class:"main",onClick:Rp,
children:"Enter the token"})})]}),e.trouble==="busy"&&l("p",{children:[o," It is asked again in ",e.retry," s. A shorter interval takes less time."]}),(e.trouble===
"refused"||e.trouble==="absent")&&l("p",{class:"said",children:o}),e.trouble==="damaged"&&l("p",{children:[o," Perhaps something between the ",Cn," and this pag\
e changed it, or the ",Cn," was upgraded: reload the page."]}),e.trouble!=="token"&&l("p",{children:[l("button",{onClick:t,children:"Ask again"}),(e.trouble==="\
refused"||e.trouble==="absent")&&n&&l("button",{onClick:n,children:"Show everything"})]})]})}function zp({failure:e,onRetry:t}){return l("div",{class:"strip",role:"\
alert",children:[l("b",{children:[Hp(e),"."]}),l("span",{children:[Lp(e.message)," What is shown is older."]}),l("button",{class:"small",onClick:e.trouble==="to\
ken"?Rp:t,children:e.trouble==="token"?"Enter the token":"Ask again"})]})}var Zb={cpu:"No CPU time was used",wall:"No thread was seen",gil:"Nobody was seen with\
 the interpreter lock"};function Dp({state:e,set:t}){return l(tr,{title:Zb[e.mode]+" in this interval",children:[e.mode!=="wall"&&l("p",{children:"The threads m\
ay have been waiting all the time: the wall clock mode shows where."}),l("p",{children:[e.mode!=="wall"&&l("button",{class:"main",onClick:()=>t({mode:"wall"}),children:"\
Show wall clock time"}),e.from!==null&&l("button",{onClick:()=>t({from:null,until:null}),children:"Whole timeline"}),(e.services.length>0||e.pids.length>0)&&l("\
button",{onClick:()=>t({services:[],pids:[]}),children:"All services"}),e.hosts.length+e.labels.length>0&&l("button",{onClick:()=>t({hosts:[],labels:[]}),children:"\
Any host and label"}),kn(e)&&l("button",{onClick:()=>t({focus:"",ignore:"",nostd:!1,norec:!1}),children:"Without focus and ignore"})]})]})}var Jb=26;function ia(e,t){return e[t.value][t.cores?"cores":"share"]}function Xb(e,t){let{test:n}=co(t.q),o=a=>ia(a,t),r=e.rows.filter(a=>(!n||n(a.fn)||n(a.file))&&
(o(a).base>0||o(a).comp>0)),i=(a,u)=>a.fn<u.fn?-1:a.fn>u.fn?1:0,s={name:i,base:(a,u)=>o(u).base-o(a).base,now:(a,u)=>o(u).comp-o(a).comp,change:(a,u)=>Number(pn(
o(a)))-Number(pn(o(u)))||Math.abs(o(u).delta)-Math.abs(o(a).delta)};return r.sort((a,u)=>s[t.order](a,u)||i(a,u))}function Op(e,t,n,o){let r=t?o>0?e/o:0:e;return e<=
0?n>0?"< "+(t?Ue(n*o):Ne(n,1)):"0":n>0&&r<n?"< "+(t?Ue(n*o):Ne(n,1)):t?Ue(e):Ne(e,1)}function Qb({lo:e,hi:t},{cores:n,mode:o}){let r=i=>n?Et(i):tn(i).replace(/ pts$/,
"");return o==="wall"&&e===null?"none for wall clock":e===null||t===null?"too short to tell":"["+r(e)+", "+r(t)+"]"}function e0({measure:e,most:t}){let n=a=>50+
48*Math.max(-1,Math.min(1,t>0?a/t:0)),{lo:o,hi:r,delta:i}=e,s=o===null||pn(e)?"noise":i>0?"more":"less";return l("span",{class:"whisker "+s,"aria-hidden":"true",
children:[o!==null&&r!==null&&l("i",{class:"line",style:{left:n(o)+"%",width:Math.max(1,n(r)-n(o))+"%"}}),l("i",{class:"dot",style:{left:n(i)+"%"}})]})}function t0({
state:e,n:t,set:n}){let o=(r,i,s)=>l("button",{class:"head head-"+r+(e.order===r?" sorted":""),title:s,onClick:()=>n({order:r},"replace"),"aria-sort":e.order===
r?r==="name"?"ascending":"descending":"none",children:i});return l("div",{class:"table-head changes-row",role:"row",children:[o("base","Base","What it used befo\
re"),o("now","Now","What it uses now"),o("change","Change","The largest first; what may be chance last"),l("span",{class:"head interval-head",title:"The change \
lies in it with a probability of 95 %",children:"95 % interval"}),o("name","Function","By name"),l("span",{class:"quiet",children:ye(t)})]})}function n0({row:e,
props:t,most:n,top:o,cursor:r}){let{state:i,diff:s}=t,a=ia(e,i),u=pn(a),c=a.lo===null,p=e[i.value][i.cores?"share":"cores"],{threshold:h}=s,w=u?" noise":c?" uns\
ure":a.delta>0?" more":" less",g=[O(e.fn),O(e.file),i.cores?tn(p.delta):Et(p.delta)+" cores",u?"The interval contains 0: this may be chance":"","Click for its c\
allers and callees"];return l("div",{class:"row changes-row"+w+(r?" cursor":""),role:"row",style:{top:o},onClick:()=>t.onPick(e),title:g.filter(x=>x!=="").join(
`
`),children:[l("span",{class:"num",children:Op(a.base,i.cores,h,s.base.cores)}),l("span",{class:"num",children:Op(a.comp,i.cores,h,s.comp.cores)}),l("span",{class:"\
num delta",children:i.cores?Et(a.delta):tn(a.delta)}),l("span",{class:"interval",children:[u?l("em",{children:"noise"}):null,Qb(a,i)]}),l(e0,{measure:a,most:n}),
l("span",{class:"what",children:[(u||c&&i.mode!=="wall")&&l("em",{class:"here",children:u?"noise":"too short"}),l("bdi",{class:"fn",children:O(e.fn)}),l("bdi",{
class:"quiet where",children:O(Er(e.file))})]})]})}function Ip(e){let{state:t,diff:n}=e,o=ce(()=>Xb(n,t),[n,t.q,t.order,t.value,t.cores]),r=ce(()=>Math.max(1e-9,
...o.slice(0,2e3).map(i=>ia(i,t)).map(i=>pn(i)?Math.abs(i.delta):Math.max(Math.abs(i.delta),Math.abs(i.lo??0),Math.abs(i.hi??0)))),[o]);return l("div",{class:"t\
able changes",role:"table","aria-label":"Changes",children:[l(t0,{state:t,n:o.length,set:e.set}),l(Yi,{n:o.length,high:Jb,version:o,focus:!0,onOpen:i=>e.onPick(
o[i]),row:(i,s,a)=>l(n0,{row:o[i],props:e,most:r,top:s,cursor:a},o[i].fn+"\0"+o[i].file)}),o.length===0&&l("p",{class:"quiet none",children:t.q?"No function her\
e has this in its name or file.":"Neither side has anything."})]})}function Wp({name:e,title:t,value:n,hint:o,set:r}){let i=n!==""&&Si(n)===null;return l("label",{class:i?"wrong":"",children:[l("span",{children:t}),l("input",{name:e,
type:"search",value:n,spellcheck:!1,placeholder:"regular expression","aria-invalid":i,onInput:s=>r({[e]:s.currentTarget.value,zoom:""},"replace")}),l("span",{class:"\
quiet",children:i?"This is no regular expression.":o})]})}function Up({title:e,hint:t,on:n,onChange:o}){return l("label",{class:"box",children:[l("input",{type:"\
checkbox",checked:n,onChange:r=>o(r.currentTarget.checked)}),l("span",{children:[l("b",{children:e}),l("span",{class:"quiet",children:t})]})]})}function qp({state:e,
set:t}){let n=[e.focus!=="",e.ignore!=="",e.nostd,e.norec].filter(o=>o).length;return l(zn,{kind:"refine"+(n>0?" on":""),title:"Focus, ignore, standard library,\
 recursion (o)",label:n>0?"Refine · "+n:"Refine",children:()=>l(he,{children:[l(Wp,{name:"focus",title:"Focus",value:e.focus,hint:"Only stacks with a frame lik\
e this.",set:t}),l(Wp,{name:"ignore",title:"Ignore",value:e.ignore,hint:"Frames like this go into their callers.",set:t}),l(Up,{title:"Hide the standard library",
hint:"Its time is its callers'.",on:e.nostd,onChange:o=>t({nostd:o,zoom:""})}),l(Up,{title:"Collapse recursion",hint:"A function that calls itself again is one \
box.",on:e.norec,onChange:o=>t({norec:o,zoom:""})}),n>0&&l("button",{class:"small",onClick:()=>t({focus:"",ignore:"",nostd:!1,norec:!1,zoom:""}),children:"Show \
everything"})]})})}function ts({state:e,set:t}){if(!kn(e))return null;let n=[];return e.focus!==""&&n.push(["focus: "+O(e.focus,40),{focus:""}]),e.ignore!==""&&
n.push(["ignore: "+O(e.ignore,40),{ignore:""}]),e.nostd&&n.push(["no standard library",{nostd:!1}]),e.norec&&n.push(["recursion collapsed",{norec:!1}]),l(he,{children:n.
map(([o,r])=>l("button",{class:"small undo",title:"Click to undo",onClick:()=>t({...r,zoom:""}),children:[l("bdi",{children:o})," ","×"]},o))})}function Bp(e){let{tree:t,all:n}=e,[o,r]=Q({tree:t,node:0}),i=ce(()=>Vo(t,n.query)?.hits??null,[t,n.query]),s=ce(()=>n.tint?.(t),[t,n.tint]);return l("div",{class:"\
half",children:[l("h3",{children:e.title}),t.n===1?l("p",{class:"quiet none",children:e.up?"Nothing calls it: it begins its stacks.":"It calls nothing that was \
seen."}):l(Bo,{tree:t,colours:s?.colours??n.colours,byNode:s!==void 0,paint:s?.paint??n.paint,hits:i,up:e.up,label:e.title,node:o.tree===t?o.node:0,onZoom:a=>r(
{tree:t,node:a}),keys:e.keys,onPick:a=>n.onFn(t.names.text[t.name[a]])})]})}function Vp(e,t){return[ki(e,t),hn(e,t),Ne(t,e.total[0])].filter(n=>n!=="").join(", ")}
function o0(e,t){let{base:n,comp:o}=e.sides,r=t.sides,i=(s,a)=>hn(t,s)+", "+Ne(s,a);return"total, base "+i(n.total[0],r.base.total[0])+"   now "+i(o.total[0],r.
comp.total[0])}function Kp(e){let{tree:t,fn:n}=e,o=Pr(t),r=ce(()=>n===""?-1:t.names.text.indexOf(n),[t,n]),i=r>=0&&o.boxes[r]>0,s=ce(()=>i?[cp(t,r),ap(t,r)]:null,
[t,r,i]);return l("div",{class:"sandwich",children:[l($i,{...e,small:!0,chosen:r,onPick:a=>e.onFn(t.names.text[a])}),l("div",{class:"slices",children:s?l(he,{children:[
l("div",{class:"sandwich-head",children:[l("bdi",{class:"fn",children:O(t.names.text[r])}),l("span",{class:"quiet",children:t.sides?o0(s[1],t):"self "+Vp(t,o.self[r])+
"   total "+Vp(t,o.total[r])}),e.onOver&&l("button",{class:"small",title:"This function in the timeline above",onClick:e.onOver,children:"Over time"})]}),l(Bp,
{title:"Callers",tree:s[0],up:!0,all:e}),l(Bp,{title:"Callees",tree:s[1],up:!1,all:e,keys:e.keys})]}):l("div",{class:"notice",children:[l("h2",{children:n===""?
"Choose a function":"Not in this interval"}),l("p",{children:n===""?"Click one in the list, or double-click a box of the flame graph: all its calls are put toge\
ther, with who calls it above and what it calls below.":O(n)+" was not met here. Choose another function, or a longer interval."})]})})]})}var r0=[["html","Flame graph (HTML)","with table and search in one file, to be mailed"],["svg","Flame graph (SVG)","a picture that zooms and searches by itself"],
["csv","Table (CSV)","functions with self and total"],["pprof","pprof","for go tool pprof, Parca, Pyroscope"],["speedscope","speedscope","for speedscope.app"],[
"folded","Folded stacks","for flamegraph.pl, inferno"],["pstats","pstats","for python -m pstats, snakeviz"],["callgrind","callgrind","for KCachegrind"],["json",
"JSON","what this page draws"]],i0=["svg","folded","json"];function sa(e){return l("div",{class:"switch",role:"group","aria-label":e.label,children:e.options.map(
([t,n,o])=>l("button",{"aria-pressed":t===e.value,title:o,onClick:()=>e.onChange(t),children:n},t))})}function ns(e){return l("label",{class:"choice",title:e.title,
children:[l("span",{children:e.label}),l("select",{value:e.value,onChange:t=>e.onChange(t.currentTarget.value),children:e.options.map(([t,n])=>l("option",{value:t,
children:n},t))})]})}function s0({state:e,interval:t}){let n=mt(e),o=r=>n?ti(e,t)+"&format="+r:ei(e,t,r);return l(zn,{kind:"downloads",title:"What is shown, as \
a file",label:"Download",children:r=>r0.filter(([i])=>!n||i0.includes(i)).map(([i,s,a])=>l("a",{href:o(i),download:!0,"data-format":i,onClick:r,children:[l("b",
{children:s}),l("span",{class:"quiet",children:a})]},i))})}function l0(e,t){let n=mt(e)&&e.view!=="regressions",o=[["flame","Flame graph","Where the time goes, \
as boxes (f)"],n?["table","Changes","Functions by how much they changed (t)"]:["table","Top","Functions by what they used (t)"],["sandwich","Sandwich","Callers \
and callees of one function (s)"],["regressions","Regressions","Which functions changed, and when (Shift R)"]];return t!==null&&o.push(["hosts",t>0?"Hosts · "+
t+" ⚠":"Hosts","Where the data come from (Shift H)"+(t>0?": "+ze(t,"host")+" in trouble":"")]),o}function Gp({state:e,tree:t,found:n,interval:o,hosts:r,compare:i,
set:s,onNext:a}){let u=e.view!=="regressions"&&e.view!=="hosts";return l("div",{class:"toolbar"+(u?"":" plain"),children:[l(sa,{label:"View",value:e.view,onChange:c=>s(
{view:c}),options:l0(e,r)}),u&&l(he,{children:[l(sa,{label:"Mode",value:e.mode,onChange:c=>s({mode:c}),options:[["cpu","CPU","Time on a CPU (m)"],["wall","Wall",
"All time, waiting too (m)"],["gil","GIL","Time with the interpreter lock (m)"]]}),l(ns,{label:"by",title:"What is one box (g)",value:e.merge,onChange:c=>s({merge:c,
zoom:""}),options:[["function","function"],["line","line"],["module","module"]]}),!mt(e)&&l("button",{class:"toggle","aria-pressed":e.threads,title:"Each thread\
 apart (a)",onClick:()=>s({threads:!e.threads,zoom:""}),children:"Threads"}),l(qp,{state:e,set:s}),i]}),e.view!=="hosts"&&l(a0,{state:e,tree:u?t:null,found:n,set:s,
onNext:a}),u&&l(s0,{state:e,interval:o})]})}function a0({state:e,tree:t,found:n,set:o,onNext:r}){let i=co(e.q).wrong,s=e.q===""?"":i?"no expression":!n||!t?"":n.
boxes===0?"nothing found":Ne(n.sum,t.total[0]);return l("div",{class:"search"+(s===""?"":" told")+(i||t&&n?.boxes===0?" wrong":""),children:[l("input",{id:"sear\
ch",type:"search",placeholder:"Search: text or /regex/",value:e.q,spellcheck:!1,"aria-label":"Search",title:"/ or Ctrl-F; Enter goes to the next box",onInput:a=>o(
{q:a.currentTarget.value},"replace"),onKeyDown:a=>{a.key==="Enter"&&r(a.shiftKey?-1:1)}}),l("span",{class:"found",role:"status",title:n&&t&&n.boxes>0?[ze(n.boxes,
"box","boxes"),hn(t,n.sum),qo(t,n.sum)].filter(a=>a!=="").join(" · "):"",children:s})]})}function jp({state:e,set:t}){return l(he,{children:[!mt(e)&&l(ns,{label:"\
colour by",title:"What a colour means (c)",value:e.colour,onChange:n=>t({colour:n},"replace"),options:[["module","module"],["language","language"],["hash","func\
tion"]]}),l("button",{class:"toggle",title:"Turn it upside down (i)",onClick:()=>t({up:!e.up},"replace"),children:e.up?"Icicle":"Flame"})]})}function la({state:e,
set:t,width:n,value:o}){return l(he,{children:[o&&l(ns,{label:"of",title:"In the function itself, or with what it calls",value:e.value,onChange:r=>t({value:r},"\
replace"),options:[["self","self"],["total","total"]]}),n&&l(ns,{label:"width",title:"What makes a box wide: with both, what is only in the base is to be seen t\
oo",value:e.width,onChange:r=>t({width:r,zoom:""},"replace"),options:[["both","both"],["now","now"],["base","base"]]}),l(sa,{label:"Unit",value:e.cores?"cores":
"share",onChange:r=>t({cores:r==="cores"},"replace"),options:[["share","Shares","Of its own side: when one function grows, the others shrink"],["cores","Cores",
"CPUs kept busy: a uniform slowdown shows only here"]]})]})}function Yp({tree:e,node:t,onZoom:n}){let o=nl(e,t),r=Math.max(0,o.length-6);return t===0?l("div",{class:"\
crumbs quiet",children:l("span",{class:"hint",children:"Click a box to zoom, double-click for its callers and callees."})}):l("nav",{class:"crumbs","aria-label":"\
Zoomed to",children:o.map((i,s)=>{if(s>0&&s<=r)return null;let a=e.name[i],u=e.names.fn[a]||e.names.text[a];return l("span",{class:"crumb",children:[s>0&&l("i",
{children:r>0&&s===r+1?"› … ›":"›"}),l("button",{title:O(e.names.text[a]),"aria-current":i===t,onClick:()=>n(i),children:l("bdi",{children:O(u,80)})})]},
i)})})}function $p(e){let{state:t,tree:n,diff:o,set:r}=e,i=e.dark?"dark":"light",s=ce(()=>ru(n.names,t.colour),[n.names,t.colour]),a={tree:n,colours:s,paint:In[i],sort:t.
sort,query:t.q,onSort:c=>r({sort:c},"replace")},u=c=>r({view:"sandwich",fn:n.names.text[c]});return t.view==="sandwich"?l(Kp,{...a,fn:t.fn,onFn:c=>r({fn:c}),...e.
alone?{}:{onOver:()=>r({by:"function",chart:"line"})},keys:e.keys,...o?{tint:c=>({colours:gl(c,o,t.cores),paint:xr[i]})}:{}}):t.view==="table"&&o?l(he,{children:[
l("div",{class:"under",children:[l(ts,{state:t,set:r}),l("span",{class:"quiet crumbs",children:l("span",{class:"hint",children:"95 % intervals; what may be chan\
ce is dimmed."})}),l(la,{state:t,set:r,value:!0})]}),l(Ip,{state:t,diff:o,set:r,onPick:c=>{let p=n.names.fn.findIndex((h,w)=>h===c.fn&&(c.file===""||n.names.file[w].
endsWith(c.file)));p>=0&&u(p)}})]}):t.view==="table"?l(he,{children:[l("div",{class:"under refined",children:l(ts,{state:t,set:r})}),l($i,{...a,chosen:-1,onPick:u})]}):
l(he,{children:[l("div",{class:"under",children:[l(ts,{state:t,set:r}),l(Yp,{tree:n,node:e.node,onZoom:e.onZoom}),o&&l(xu,{dark:e.dark}),o&&l(la,{state:t,set:r,
width:!0}),l(jp,{state:t,set:r})]}),o?l(Mi,{state:t,tree:n,diff:o,dark:e.dark,keys:e.keys,onZoom:e.onZoom,onPick:c=>u(n.name[c])}):l(Bo,{tree:n,colours:s,paint:In[i],
hits:e.hits,up:t.up,node:e.node,keys:e.keys,label:"Flame graph; the same numbers are in the top table",onZoom:e.onZoom,onPick:c=>u(n.name[c])})]})}var aa=72,bo=20;function ua(e,t){let n=new Map;for(let o of e.targets){let r=o.service,i=n.get(r);i||n.set(r,i={name:r,targets:[],cpu:0,living:0,line:[],weight:0}),
i.targets.push(o),i.cpu+=o.gone?0:o.cpu,i.living+=o.gone?0:1}for(let o of t?.series??[]){let r=n.get(String(o.labels.service??""));r&&(r.line=o.v,r.weight=o.v.reduce(
(i,s)=>i+(s??0),0))}for(let o of n.values())o.targets.sort((r,i)=>Number(r.gone)-Number(i.gone)||r.pid-i.pid);return[...n.values()].sort((o,r)=>r.weight-o.weight||
r.cpu-o.cpu||(o.name<r.name?-1:1))}function ca(e,t,n){return n?e.includes(t)?e.filter(o=>o!==t):[...e,t]:e.length===1&&e[0]===t?[]:[t]}function c0({line:e,colour:t}){
return ce(()=>u0(e,t),[e,t])}function u0(e,t){let n=Math.max(1e-9,...e.map(u=>u??0)),o=aa/Math.max(1,e.length-1),r="",i="",s=-1,a=u=>(bo-1.5-u/n*(bo-3)).toFixed(
1);return e.forEach((u,c)=>{let p=(c*o).toFixed(1);if(u===null){i+=s>=0?"V"+bo+"H"+(s*o).toFixed(1)+"z":"",s=-1;return}r+=(s<0?"M":"L")+p+" "+a(u),i+=s<0?"M"+p+
" "+bo+"V"+a(u):"L"+p+" "+a(u),s=s<0?c:s}),s>=0&&(i+="V"+bo+"H"+(s*o).toFixed(1)+"z"),l("svg",{class:"spark",width:aa,height:bo,viewBox:"0 0 "+aa+" "+bo,"aria-h\
idden":"true",children:[l("path",{d:i,fill:t,"fill-opacity":"0.16"}),l("path",{d:r,fill:"none",stroke:t,"stroke-width":"1.25","stroke-linejoin":"round"})]})}function f0(e){
let t=N(e.command).replace(/^\S*\//,""),n=t.replace(/^python[0-9.]*t?d? +(?=[^ -])/,"");return(n===t?t:n.replace(/^\S*\//,""))||N(e.runtime)}function p0({target:e,
chosen:t,several:n,onClick:o}){let r=Object.entries(e.labels).map(([s,a])=>N(s+"="+a)),i=[N(e.command),N(e.host),N(e.runtime),e.threads?ze(e.threads,"thread"):"",
...r,e.gone?"gone, last seen "+se(e.last):"since "+se(e.first)].filter(s=>s!=="");return l("button",{class:"process"+(t?" chosen":"")+(e.gone?" gone":""),"aria-\
pressed":t,title:i.join(`
`),onClick:o,children:[l("span",{class:"pid",children:e.pid}),l("bdi",{class:"command",children:[n&&l("span",{class:"quiet",children:[N(e.host)," "]}),f0(e)]}),
l("span",{class:"cores",children:e.gone?"gone":Ue(e.cpu)})]})}function d0({service:e,props:t,open:n,onOpen:o}){let{services:r,pids:i,colours:s}=t,{name:a}=e,u=r.
includes(a),c=N(a)||"(no name)",p=h=>h.ctrlKey||h.metaKey||h.shiftKey;return l("li",{class:"service"+(u?" chosen":""),children:[l("div",{class:"service-row",children:[
l("input",{type:"checkbox",checked:u,"aria-label":"Add "+c,title:"Choose several",onClick:()=>t.onServices(ca(r,a,!0))}),l("button",{class:"service-name","aria-\
pressed":u,title:c+`
Ctrl-click chooses several`,onClick:h=>t.onServices(ca(r,a,p(h))),children:l("bdi",{children:c})}),l(c0,{line:e.line,colour:s.get(a)??"#8e8e99"}),l("span",{class:"\
cores",title:"cores, in the newest slice",children:Ue(e.cpu)}),l("button",{class:"twist"+(n?" open":""),"aria-expanded":n,onClick:o,title:ze(e.living,"process",
"processes")+" alive, "+(e.targets.length-e.living)+" gone","aria-label":"Processes of "+c,children:e.targets.length})]}),n&&e.targets.map(h=>l(p0,{target:h,several:t.
several,chosen:i.includes(h.pid),onClick:w=>t.onPids(ca(i,h.pid,p(w)),h.host)},h.id))]})}function Zp(e){let[t,n]=Q(""),[o,r]=Q({}),i=ua(e.targets,e.spark),s=t.toLowerCase(),
a=i.filter(p=>s===""||p.name.toLowerCase().includes(s)||p.targets.some(h=>String(h.pid).includes(s)||h.command.toLowerCase().includes(s))),u=p=>o[p.name]??(e.pids.
length>0&&p.targets.some(h=>e.pids.includes(h.pid))),c=e.services.length+e.pids.length>0;return l("nav",{class:"services","aria-label":"Services",children:[l("d\
iv",{class:"services-head",children:l("input",{type:"search",placeholder:"Filter services",value:t,spellcheck:!1,"aria-label":"Filter services",onInput:p=>n(p.currentTarget.
value)})}),l("button",{class:"everything"+(c?"":" chosen"),"aria-pressed":!c,onClick:()=>e.onServices([]),children:[l("span",{children:"All services"}),l("span",
{class:"quiet",children:[ze(i.length,"service")," ","·"," ",ze(e.targets.targets.length,"process","processes")]})]}),l("ul",{children:a.map(p=>l(d0,{service:p,
props:e,open:u(p),onOpen:()=>r({...o,[p.name]:!u(p)})},p.name))}),a.length===0&&l("p",{class:"quiet none",children:i.length===0?"Nothing was looked at in this p\
art of time.":"No service, command or pid has this in it."}),e.children]})}var h0=5,fa=200;function Jp(e){let{title:t,chosen:n,open:o}=e,[r,i]=Q(""),s=r.toLowerCase(),a=[...new Set([...e.values??[],...n])],u=a.filter(g=>g.toLowerCase().
includes(s)),c=N(t),p=n.length>0?n.length+" of "+ye(a.length):e.values?ye(a.length):"",h=g=>e.onChosen(n.includes(g)?n.filter(x=>x!==g):[...n,g]),w=g=>e.onChosen(
n.length===1&&n[0]===g?[]:[g]);return l("section",{class:"facet"+(o?" open":""),"aria-label":N(t),children:[l("div",{class:"facet-head",children:[l("button",{class:"\
facet-title","aria-expanded":o,onClick:e.onOpen,children:[l("bdi",{children:O(N(t),40)}),l("span",{class:"quiet",children:p})]}),n.length>0&&l("button",{class:"\
clear",title:"Any","aria-label":"Any "+c,onClick:()=>e.onChosen([]),children:"×"})]}),o&&a.length>h0&&l("input",{type:"search",placeholder:"Filter "+c,value:r,
spellcheck:!1,"aria-label":"Filter "+c,onInput:g=>i(g.currentTarget.value)}),o&&l("ul",{children:[u.slice(0,fa).map(g=>l("li",{class:n.includes(g)?"chosen":"",children:[
l("input",{type:"checkbox",checked:n.includes(g),"aria-label":"Add "+N(g),onClick:()=>h(g)}),l("button",{title:N(g)+`
Ctrl-click chooses several`,onClick:x=>x.ctrlKey||x.metaKey||x.shiftKey?h(g):w(g),children:l("bdi",{children:O(N(g),120)||"(empty)"})}),e.state&&l("i",{class:"l\
amp "+e.state(g),title:e.state(g)})]},g)),u.length>fa&&l("li",{class:"quiet none",children:[ye(u.length-fa)," more: filter them."]}),e.values===null?l("li",{class:"\
quiet none",children:["Asking","…"]}):u.length===0&&l("li",{class:"quiet none",children:"None."})]})]})}function Xp(e){let[t,n]=Q({host:!0}),o=e.values("host")??
[],r=e.keys.filter(c=>c!=="host"),i=(c,p)=>{n({...t,[c]:!p}),p||e.onAsk(c)},s=c=>e.labels.filter(([p])=>p===c).map(([,p])=>p),a=c=>e.states?.find(p=>p.host===c)?.
state??"",u=o.length>1||e.hosts.length>0;return!u&&r.length===0?null:l("div",{class:"facets",children:[u&&l(Jp,{title:"Hosts",values:o,chosen:e.hosts,open:t.host??
!1,onOpen:()=>i("host",t.host??!1),onChosen:e.onHosts,...e.states?{state:a}:{}}),r.map(c=>{let p=s(c),h=t[c]??p.length>0;return l(Jp,{title:c,values:e.values(c),
chosen:p,open:h,onOpen:()=>i(c,h),onChosen:w=>e.onLabels([...e.labels.filter(([g])=>g!==c),...w.map(g=>[c,g])])},c)})]})}function Qp({state:e,loader:t,targets:n,spark:o,colours:r,several:i,set:s}){let a=(c,p)=>s({pids:c,services:[],zoom:"",...i?{hosts:c.length===0?[]:[...new Set([
...c.length>1?e.hosts:[],p])]}:{}}),u=c=>{let p=t.values.get(c);return p?.value??(p?.failure?[]:null)};return l(Zp,{targets:n,spark:o,services:e.services,pids:e.
pids,colours:r,several:i,onServices:c=>s({services:c,pids:[],zoom:""}),onPids:a,children:l(Xp,{keys:t.keys(),values:u,hosts:e.hosts,labels:e.labels,states:t.fleet.
value&&t.fleet.value.hosts,onAsk:c=>t.ask(c),onHosts:c=>s({hosts:c,zoom:""}),onLabels:c=>s({labels:c,zoom:""})})})}var pa="scrape.theme",os=window.matchMedia("(prefers-color-scheme: dark)");function ed(){try{return localStorage.getItem(pa)}catch{return null}}function rs(){let e=ed()??
document.documentElement.dataset.theme;return e==="dark"||e!=="light"&&os.matches}function da(e){document.documentElement.dataset.theme=e?"dark":"light"}function td(e){
da(rs()),os.addEventListener("change",()=>{ed()===null&&(da(os.matches),e())})}function nd(){let e=!rs();try{e===os.matches?localStorage.removeItem(pa):localStorage.
setItem(pa,e?"dark":"light")}catch{}da(e)}var nr=190,m0={light:[[247,247,249],[254,224,168],[250,158,87],[222,73,76],[140,22,74],[60,9,54]],dark:[[32,32,38],[72,31,84],[146,41,91],[218,77,62],[250,156,48],
[252,240,160]]};function rd(e,t){let n=m0[t?"dark":"light"],o=Math.min(1,Math.max(0,e))*(n.length-1),r=Math.min(n.length-2,Math.floor(o)),i=s=>Math.round(n[r][s]+
(n[r+1][s]-n[r][s])*(o-r));return[i(0),i(1),i(2)]}function g0(e,t){let n=document.createElement("canvas"),o=Math.max(1,e.columns.length);n.width=o,n.height=e.rows;
let r=n.getContext("2d"),i=r.createImageData(o,e.rows),s=Math.max(1,e.max);return e.columns.forEach((a,u)=>{for(let c=0;a&&c<e.rows;c++){let p=rd((a[c]??0)/s,t);
i.data.set([...p,255],4*(c*o+u))}}),r.putImageData(i,0,0),n}function Lr(e,t,n){let o=t[0]+n.x*(t[1]-t[0]),r=(i,s)=>Math.max(0,Math.min(s-1,Math.floor(i)));return[
r((o-e.from)/e.column,e.columns.length),r(n.y*e.rows,e.rows)]}function ha(e,t){let n=Math.floor((t-e.from)/e.column),o=Math.floor(((t-e.from)/e.column-n)*e.rows+
1e-6);return[n,Math.min(e.rows-1,o)]}function od(e,[t,n]){return e.from+t*e.column+n/e.rows*e.column}function Fr(e,t,n){let o=[od(e,t),od(e,n)].sort((r,i)=>r-i);
return[o[0],o[1]+e.column/e.rows]}function b0(e,t,n,o,r,i){let s=o/(n[1]-n[0]),a=u=>Mn+(u-n[0])*s;e.save(),e.beginPath(),e.rect(Mn,Vn,o,r),e.clip(),e.fillStyle=
Ql(e,i),e.fillRect(Mn,Vn,o,r),e.imageSmoothingEnabled=!1,e.drawImage(g0(t,i),a(t.from),Vn,t.columns.length*t.column*s,r),e.restore()}function w0(e,t,n,o,r,i){let{
at:s,step:a}=fi(n[0],n[1],o/84),u=ui(s,a);e.font="11px "+Xl,e.fillStyle=i?"#a0a0ab":"#5c5c66",e.textAlign="center",s.forEach((c,p)=>e.fillText(u[p],Mn+(c-n[0])/
(n[1]-n[0])*o,Vn+r+17)),e.textAlign="right";for(let c of[0,.5,1])e.fillText(id(t.column*c),Mn-7,Vn+c*r+(c===0?9:c===1?0:4))}function id(e){let t=n=>String(Math.
round(n*10)/10);return e>=7200?t(e/3600)+" h":e>=120?t(e/60)+" min":t(e)+" s"}function sd({heat:e,window:t,dark:n,zone:o,cells:r}){let i=me(null),s=me(null),[a,
u]=Q(0);return De(()=>{let c=new ResizeObserver(()=>u(s.current?.clientWidth??0));return c.observe(s.current),()=>c.disconnect()},[]),De(()=>{let c=i.current,p=globalThis.
devicePixelRatio||1,h=a-Mn-Ki,w=nr-Vn-Jl;if(h<=0)return;c.width=Math.round(a*p),c.height=Math.round(nr*p);let g=c.getContext("2d");g.setTransform(p,0,0,p,0,0),b0(
g,e,t,h,w,n),w0(g,e,t,h,w,n)},[e,a,n,o,t[0],t[1]]),l("div",{class:"heat",ref:s,style:{height:nr+"px"},children:[l("canvas",{ref:i,role:"img","aria-label":"Heat \
map",style:{width:"100%",height:nr+"px"}}),l("div",{class:"cells",children:r.map(([c,p],h)=>l(v0,{heat:e,window:t,x:c,y:p},h))})]})}function v0({heat:e,window:t,
x:n,y:o}){let r=100/(t[1]-t[0]);return l("i",{style:{left:(e.from+n*e.column-t[0])*r+"%",width:`max(3px, ${e.column*r}%)`,top:100*o/e.rows+"%",height:100/e.rows+
"%"}})}function ld({heat:e,dark:t}){let n=ce(()=>Array.from({length:12},(o,r)=>"rgb("+rd(r/11,t).join()+")").join(","),[t]);return l("span",{class:"legend",title:"\
How many looks found something running in "+id(e.column/e.rows),children:[l("span",{children:"0"}),l("i",{style:{background:"linear-gradient(90deg,"+n+")"}}),l(
"span",{children:[ye(e.max)," looks"]})]})}function is(e){return Lt(e)+(e%1).toFixed(1).slice(1)}var x0={cpu:"CPU, cores",wall:"Wall clock, threads",gil:"Interpreter lock held, cores"};function Nr(e){return en(
e)==="function"&&e.unit==="share"}function ad({data:e,heat:t,state:n,window:o,step:r}){return n.chart==="heat"?t&&t.column>r?"columns of "+tt(t.column):"":e&&e.
step>Ro(o[1]-o[0],r,ni)?"snapped to "+tt(e.step):""}function y0(e,t){return e==="function"?"of "+O(N(hr(t)),40):"by "+O(N(e.replace(/^label\./,"")),40)}function cd(e){
let{state:t,data:n,heat:o,interval:r,set:i}=e,s=t.chart==="heat",a=s?o?.coverage:n?.coverage;return l("div",{class:"timeline-head",children:[l("h2",{children:s?
"Looks running":Nr(t)?"Share":x0[t.mode]??t.mode}),l("div",{class:"switch",role:"group","aria-label":"Picture of time",children:[l("button",{class:"small","aria\
-pressed":!s,title:"Over time (h)",onClick:()=>i({chart:"line"}),children:"Timeline"}),l("button",{class:"small","aria-pressed":s,title:"When within each slice:\
 patterns of seconds (h)",onClick:()=>i({chart:"heat"}),children:"Heat map"})]}),!s&&l("select",{class:"small","aria-label":"Split the timeline by",title:"One l\
ayer for each (b)",value:en(t),onChange:u=>e.act.split(u.currentTarget.value),children:e.splits.map(u=>l("option",{value:u,children:y0(u,t)},u))}),!s&&en(t)==="\
function"&&l("select",{class:"small","aria-label":"Unit of the timeline",value:t.unit,onChange:u=>i({unit:u.currentTarget.value},"replace"),children:[l("option",
{value:"cores",children:"cores"}),l("option",{value:"share",children:"share"})]}),s?o&&l(ld,{heat:o,dark:e.dark}):!e.failure&&l(_0,{...e}),l("span",{class:"when",
children:s?S0(e):k0(e)}),ad(e)&&l("span",{class:"told",title:"Older times are kept coarser",children:ad(e)}),a!=null&&a<.9995&&l("span",{class:"covered"+(a<.95?
" warn":""),title:"Where nobody looked it is hatched",children:[Ne(a,1)," covered"]}),e.annotate&&l("button",{class:"small",title:"Note something at this time (\
e)",onClick:()=>e.onAdd(),children:"Annotate"}),e.annotate&&r&&l("button",{class:"small",title:"Keep this interval, whatever retention deletes",onClick:()=>e.onAdd(
!0),children:"Pin"}),r&&l("button",{class:"small","aria-label":"Whole timeline",title:"The whole timeline (Esc, or a double click)",onClick:()=>e.act.choose(null),
children:"×"})]})}function ud({data:e,found:t,under:n}){let o=e&&n!==null?Math.floor((n-e.from)/e.step):-1;return o>=0&&o<(t[0]?.own.length??0)?o:-1}function _0(e){
let t=ud(e);return l("div",{class:"keys",children:e.found.slice(0,Ci+1).map(n=>l("span",{class:"key",title:O(n.label),children:[l("i",{style:{background:n.colour}}),
l("bdi",{children:O(n.label,60)}),t>=0&&l("b",{children:n.own[t]===null||n.own[t]===void 0?"gap":xn(n.own[t],Nr(e.state))})]},n.label))})}function fd({interval:e}){
return e?ct(...e)+" ("+tt(e[1]-e[0])+")":"drag to choose an interval"}function k0(e){let t=ud(e),{data:n,found:o}=e;if(t<0)return fd(e);let r=o[o.length-1].sum[t];
return se(n.from+t*n.step)+(n.step>10?" +"+tt(n.step):"")+" · "+(r==null?"nobody looked":xn(r,Nr(e.state))+" in all")}function S0(e){let{heat:t,cursor:n,window:o,
cell:r}=e,i=t&&n?Lr(t,o,n):r;if(!t||!i||t.columns.length===0)return fd(e);let s=t.columns[i[0]],a=Fr(t,i,i)[0];return(t.column/t.rows<1?is(a):se(a))+" · "+(s?ye(
s[i[1]]??0)+" looks":"nobody looked")}function T0(e,t,n,o){let[r,i]=Q(null),[s,a]=Q(null),u=([h,w],g)=>{let x=r??[g.columns.length>>1,g.rows>>1],M=(S,k)=>Math.min(k-1,Math.max(0,S));i([M(x[0]+h,g.columns.
length),M(x[1]+w,g.rows)])},c=(h,w)=>{if(!r||!s)return a(r);let g=Fr(w,s,r),x=[Math.floor(g[0]/t)*t,Math.ceil(g[1]/t-1e-9)*t];a(null),h?o(x):n(x,g)},p=h=>{let w={
ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]}[h.key];if(e&&(h.key==="Enter"||h.key===" "))c(h.shiftKey,e);else if(e&&w&&!h.shiftKey)u(w,e);else
return!1;return!0};return{cell:r,marked:[s,r].filter(h=>h!==null),onKey:p}}function M0({failure:e,state:t,set:n}){let o=t.chart==="heat";return e?.trouble!=="re\
fused"&&e?.trouble!=="absent"?null:l("div",{class:"over",children:[l("p",{role:"alert",children:e.trouble==="absent"?"This server has no "+(o?"heat map":"timeli\
ne")+".":O(N(e.message))}),o?l("button",{class:"small",onClick:()=>n({chart:"line"}),children:"Timeline"}):t.by!==""&&l("button",{class:"small",onClick:()=>n({by:""}),
children:"By service"})]})}function pd(e){let{state:t,interval:n,dataBy:o}=e,r=t.chart==="heat",[i,s]=Q(null),[a,u]=Q(null),c=me(!1),[,p]=Q(0),h=ce(()=>e.data?Ai(
e.data,o,o==="service"?e.colours:null,o==="function"?hr(t):""):[],[e.data,o,e.colours]),w=me({found:h,data:e.data,window:e.window,heat:e.heat});c.current||(w.current=
{found:h,data:e.data,window:e.window,heat:e.heat});let{found:g,data:x,window:M,heat:S}=w.current,k=(F,q)=>{u(F&&q&&r?{exactly:q,at:F}:null),e.act.choose(F)},_=T0(
r?S:null,e.step,k,F=>e.act.compareWith(F)),A=a&&n&&a.at[0]===n[0]&&a.at[1]===n[1]?a.exactly:null,C=A&&S?[ha(S,A[0]),ha(S,A[1]-S.column/S.rows/2)]:[],U=[];e.base&&
U.push({kind:"base",at:e.base,text:"base"}),n&&U.push({kind:"now",at:n,...e.base?{text:"now"}:{}});let H=i?Kn(M,i.x):null;return l("section",{class:"timeline","\
aria-label":"Timeline",children:[l(cd,{...e,data:x,heat:S,found:g,under:H,cursor:i,cell:_.cell}),l(ip,{kind:t.chart,label:r?"Heat map: arrows move, Enter begins\
 and ends an interval":"Timeline: arrows move, with Shift they choose",window:M,step:e.step,interval:n,bands:U,notes:e.notes,cursor:i,onCursor:F=>{s(F),e.onCursor(
F?Kn(M,F.x):null)},onHold:F=>{F!==c.current&&(c.current=F,p(q=>q+1))},onInterval:k,onBase:F=>e.act.compareWith(F),onPan:F=>e.act.pan(F),onZoom:(F,q)=>e.act.zoom(
F,q),onNote:e.onNote,onSpan:F=>e.act.show([F]),onKey:_.onKey,...r&&S?{exact:(F,q)=>Fr(S,Lr(S,M,F),Lr(S,M,q))}:{},children:[r?S?l(sd,{heat:S,window:M,dark:e.dark,
zone:t.utc,cells:[..._.marked,...C]}):l("div",{class:"heat",style:{height:nr+"px"}}):l(Gi,{data:x,found:g,window:M,dark:e.dark,zone:t.utc,percent:Nr(t)}),!r&&x?.
series.length===0&&l("div",{class:"over quiet",children:l("span",{children:"Nothing that was looked at fits these filters."})}),l(M0,{failure:r?e.heatFailure:e.
failure,state:t,set:e.set})]}),A&&n&&(A[0]>n[0]||A[1]<n[1])&&l("p",{class:"snapped",role:"status",children:["Cells ",is(A[0]),"–",is(A[1]),", snapped to whole\
 slices: ",ct(...n)]})]})}function C0(e,t){let n=mt(t),o=n?e.diff.value:null,r=e.profile.value,i=ce(()=>r&&kn(t)?Ti(r,t):r,[r,t.focus,t.ignore,t.nostd,t.norec]),s=vu(o,t),a=n?s:i,u=ce(()=>a?
Vo(a,t.q):null,[a,t.q]),c=ce(()=>a?Math.max(0,hi(a,t.zoom)):0,[a,t.zoom]);return{both:n,diff:o,whole:r,tree:a,found:u,node:c,empty:a!==null&&!(a.total[0]>0)}}function A0(e,t,n){
let o=e.keys().filter(i=>i!=="host").map(i=>"label."+i),r=["service",...n||e.collector()?["host"]:[],"pid",...o,...t.fn!==""?["function"]:[]];return r.includes(
en(t))?r:[...r,en(t)]}function P0(e,t){return N(e.services.length>0?e.services.map(n=>n||"(no name)").join(", "):e.pids.length>0?"pid "+e.pids.join(", "):t)}function E0({
loader:e,onRetry:t}){let n=e.targets.value;return e.targets.failure?l(es,{failure:e.targets.failure,onRetry:t}):n?e.collector()&&e.fleet.value?l(oa,{hosts:e.fleet.
value.hosts,watermark:e.watermark(),onPick:()=>{}}):n.targets.length===0&&!e.collector()?l(Ep,{onRetry:t}):l(Fp,{step:n.step}):l(ra,{what:"Asking what is looked\
 at"})}function dd(){let[,e]=Us(Z=>Z+1,0),[t,n]=Q(!1),[o,r]=Q(!1),[i,s]=Q(null),[a,u]=Q(null),{store:c,loader:p}=ce(()=>({store:new li,loader:new Qi(()=>e(0))}),
[]),h=me(null),w=me(null),g=me(null),{state:x}=c,M=p.targets.value,S=rs(),k=p.status.value,_=p.window(x),A=p.interval(x),C=p.watermark(),U=(Z,dt="push")=>c.set(
Z,dt);Tc(x.utc),Np(p.collector()?"collector":"daemon"),De(()=>{let Z=$t=>{e(0),p.show(c.state,$t==="soon")},dt=$t=>w.current&&kp($t,w.current);return td(()=>e(0)),
c.listen(Z),document.addEventListener("keydown",dt),Z("push"),()=>document.removeEventListener("keydown",dt)},[]);let{both:H,diff:F,whole:q,tree:Y,found:j,node:E,
empty:$}=C0(p,x),R=p.spark.value,te=x.services.join("\0"),V=ce(()=>M?ua(M,R).map(Z=>Z.name):[],[M,R]),re=ce(()=>vi([...x.services,...V]),[V,te]),K=p.values.get(
"host")?.value??[],rt=K.length>1,_e=p.notes.value??[],ae=A0(p,x,rt),pe=k?.annotate??!1,J=new wi({state:x,window:_,interval:A,watermark:C,pointer:()=>g.current,set:U}),
B=Z=>Y&&U({zoom:Vc(Y,Z)}),Se=()=>{p.reload()},it=()=>{x.end!==null&&U({end:null}),Se()},Te=()=>{nd(),e(0)},ue=(Z=!1)=>pe&&u({at:g.current??C,pin:Z});w.current={
state:x,flame:h.current,hosts:p.fleet.value!==null,splits:ae,set:U,act:J,reload:it,turnTheme:Te,help:()=>n(!0),zoomOut:()=>B(Y&&E>0?Y.parent[E]:0),note:ue,copy:()=>_&&
void ea(ci(x,_))};let _t=p.collector()?k.name||"collector":M?.host??"",pt=P0(x,_t);document.title=(pt?pt+" · ":"")+"scrape";let Pe=[p.targets,p.timeline,p.profile,
p.diff,p.heat,p.findings],Tt=l(wp,{state:x,name:_t,collector:p.collector(),window:_,watermark:C,oldest:k?.oldest??null,set:U,dark:S,busy:Pe.some(Z=>Z.loading),onLive:()=>J.
live(),onPan:Z=>J.pan(Z),onZoom:Z=>J.zoom(Z),onTheme:Te,onHelp:()=>n(!0),onSide:()=>r(!o)}),Dt=t&&l(vp,{onClose:()=>n(!1)});if(!M||!_||!A||M.targets.length===0&&
!p.collector())return l("div",{class:"app bare",children:[Tt,l("main",{children:l(E0,{loader:p,onRetry:Se})}),Dt]});let Ke=x.view==="hosts"&&p.fleet.value!==null||
x.view==="regressions"?x.view:"picture",jt=H?p.diff:p.profile,bn=H?dr(x,A):null,Yt=p.targets.failure??(Ke==="picture"?jt.failure:null)??(p.timeline.failure?.trouble===
"refused"?null:p.timeline.failure)??p.spark.failure,An=Z=>{h.current=Z,w.current&&(w.current.flame=Z)},Gn={state:x,interval:A,window:_,services:V,hosts:K,notes:_e,
set:U,onAround:Z=>J.compareAround(Z),labels:new Map([...p.values].filter(([Z])=>Z!=="host").map(([Z,dt])=>[Z,dt.value??[]])),onOpen:()=>p.keys().forEach(Z=>p.ask(
Z))},wn=()=>Y&&!$?l($p,{state:x,tree:Y,diff:F,dark:S,set:U,node:E,hits:j?.hits??null,onZoom:B,keys:An}):Y?l(Dp,{state:x,set:U}):Yt?l(es,{failure:Yt,onRetry:Se,onReset:()=>J.
reset()}):l(ra,{what:"Adding up what was seen"}),st=()=>p.findings.failure?l(es,{failure:p.findings.failure,onRetry:Se}):l(hp,{state:x,findings:p.findings.value,
change:p.change.value,notes:_e,window:_,dark:S,onNote:s,onPick:Z=>J.pick(Z),onOpen:Z=>U({view:"flame",services:[Z.service],pids:[],zoom:""}),children:p.diff.failure?
l("p",{class:"quiet none",children:N(p.diff.failure.message)}):F&&Y&&l(Mi,{state:x,tree:Y,diff:F,dark:S,keys:An,onZoom:B})});return l("div",{class:"app"+(o?" si\
de-open":""),children:[Tt,l(Qp,{state:x,loader:p,targets:M,spark:R,colours:re,several:rt,set:U}),l("main",{onClick:()=>o&&r(!1),children:[l(pd,{state:x,data:p.timeline.
value,dataBy:new URLSearchParams(p.timeline.have).get("by")??"function",failure:p.timeline.failure,heat:p.heat.value,heatFailure:p.heat.failure,colours:re,splits:ae,
window:_,interval:x.from!==null?A:null,base:bn,step:M.step,notes:_e,annotate:pe,dark:S,set:U,act:J,onNote:s,onAdd:ue,onCursor:Z=>{g.current=Z}}),Ke!=="hosts"&&l(
Lc,{...Gn}),l(Gp,{state:x,tree:Y,found:j,interval:A,hosts:p.fleet.value&&na(p.fleet.value.hosts),set:U,compare:l(Ec,{...Gn}),onNext:Z=>h.current?.nextHit(Z)}),p.
fleet.value&&l(xp,{store:p.fleet.value.store}),Yt&&Y&&l(zp,{failure:Yt,onRetry:Se}),Ke==="picture"&&Y&&!$&&(F?l(Tu,{diff:F,mode:x.mode,asked:A,base:bn}):l(Su,{tree:Y,
whole:q,asked:A})),l("div",{class:"picture"+(Ke==="picture"&&jt.loading&&Y&&!x.live?" old":""),children:Ke==="picture"?wn():Ke==="regressions"?st():l(oa,{hosts:p.
fleet.value.hosts,watermark:C,onPick:Z=>U({hosts:[Z],view:"flame",zoom:""})})})]}),Dt,i&&l(Ap,{note:i,annotate:pe,onClose:()=>s(null),onAround:Z=>{s(null),J.compareAround(
Z)},onGo:Z=>{s(null),J.goTo(Z)},onDone:()=>{s(null),Se()}}),a&&l(Cp,{...a,now:C,interval:x.from!==null?A:null,services:V,state:x,onClose:()=>u(null),onDone:()=>{
u(null),Se()}})]})}function hd({message:e}){return l("div",{class:"app bare",children:l("main",{children:l(tr,{title:"This page has a fault",kind:"trouble",children:[l("p",{class:"\
said",children:N(e)}),l("p",{children:l("button",{onClick:()=>location.assign(location.pathname),children:"Start over"})})]})})})}var md=document.getElementById("app");window.addEventListener("error",e=>{e.error&&e.filename===import.meta.url&&zs(l(hd,{message:String(e.message)}),md)});zs(l(
dd,{}),md);
