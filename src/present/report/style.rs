//! How the pages look: one style sheet, light and dark, for screen, phone and paper.

/// Colours hold 4.5:1 against their ground in both schemes; the mark and the word say the same without them.
pub(super) const CSS: &str = r#"
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1c2430;--soft:#5a6675;--line:#dfe3e8;
--good:#0b6b3a;--good-bg:#e4f5ea;--warn:#8a4b00;--warn-bg:#fff2dc;--bad:#a8201a;--bad-bg:#fdeaea;
--calm:#1f4fa3;--calm-bg:#e8effb;--grey:#4a5563;--grey-bg:#eceff2}
@media(prefers-color-scheme:dark){:root{--ground:#14181d;--card:#1d232a;--ink:#e7ebf0;--soft:#a3afbd;--line:#343d47;
--good:#7bdca0;--good-bg:#12301f;--warn:#ffc46b;--warn-bg:#38290f;--bad:#ff9d95;--bad-bg:#3d1a18;
--calm:#9fc2ff;--calm-bg:#17294a;--grey:#b8c2cd;--grey-bg:#2a323b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.65 "Microsoft YaHei","PingFang SC",
"Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}
header.top{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;color:var(--soft);font-size:.875rem}
h1{font-size:1.375rem;line-height:1.4;margin:.6rem 0 .9rem}
h2{font-size:1.0625rem;margin:0 0 .75rem}
a{color:var(--calm)}
section,details.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.1rem 1.25rem;
margin:0 0 1rem}
.banner{display:flex;gap:1rem;align-items:center;border-width:0 0 0 .4rem;border-style:solid}
.banner .mark{flex:none;width:3.25rem;height:3.25rem;border-radius:50%;display:grid;place-items:center;
font-size:1.75rem;line-height:1;font-weight:700;color:var(--card)}
.banner .word{font-size:1.75rem;font-weight:700;line-height:1.25}
.banner p{margin:.2rem 0 0;color:var(--ink)}
.good{background:var(--good-bg);border-color:var(--good)}.good .word{color:var(--good)}.good .mark{background:var(--good)}
.warn{background:var(--warn-bg);border-color:var(--warn)}.warn .word{color:var(--warn)}.warn .mark{background:var(--warn)}
.bad{background:var(--bad-bg);border-color:var(--bad)}.bad .word{color:var(--bad)}.bad .mark{background:var(--bad)}
.calm{background:var(--calm-bg);border-color:var(--calm)}.calm .word{color:var(--calm)}.calm .mark{background:var(--calm)}
.grey{background:var(--grey-bg);border-color:var(--grey)}.grey .word{color:var(--grey)}.grey .mark{background:var(--grey)}
ol.steps{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;margin:.7rem 0 0;padding:0;font-size:.9375rem}
ol.steps li{position:relative;color:var(--soft)}ol.steps li+li::before{content:"›";position:absolute;left:-1.05rem}
ol.steps li.signed{color:var(--good)}ol.steps li.next{color:var(--ink);box-shadow:0 .15rem 0 -.01rem var(--calm)}
.banner p.reason{margin-top:.6rem;padding:.6rem .8rem;border-radius:.5rem;background:var(--card)}.late{color:var(--bad)}
.at{font-variant-numeric:tabular-nums}dl.split{margin-top:.7rem}
.bar{height:.6rem;border-radius:.3rem;background:var(--line);overflow:hidden;margin:.6rem 0 .4rem}
.bar i{display:block;height:100%;background:var(--calm)}
ul.findings{list-style:none;margin:0;padding:0}
ul.findings li{display:flex;gap:.75rem;padding:.6rem 0;border-top:1px solid var(--line)}
ul.findings li:first-child{border-top:0;padding-top:0}
.chip{flex:none;align-self:flex-start;border-radius:1rem;padding:.05rem .65rem;font-size:.8125rem;font-weight:600;
border:0;white-space:nowrap}
.chip.good{color:var(--good)}.chip.warn{color:var(--warn)}.chip.bad{color:var(--bad)}.chip.calm{color:var(--calm)}
.chip.grey{color:var(--grey)}
.covers{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.9rem;align-items:end}
figure{margin:0}figure img,.preview img{display:block;max-width:100%;border-radius:.4rem;border:1px solid var(--line)}
.covers img{max-height:15rem}.covers.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}.covers.wide img{max-height:24rem}
figcaption{font-size:.8125rem;color:var(--soft);margin-top:.3rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.8125rem;white-space:nowrap}
th,td{padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;padding-top:0}
td.n{white-space:nowrap;font-variant-numeric:tabular-nums}
td.file{font-size:.8125rem;min-width:11rem;user-select:all;color:var(--soft)}
.post{border-top:1px solid var(--line);padding:.8rem 0}.post:first-of-type{border-top:0;padding-top:0}
.post h3{margin:0 0 .4rem;font-size:.9375rem}
pre{margin:.3rem 0;padding:.6rem .8rem;border-radius:.5rem;background:var(--ground);font:inherit;white-space:pre-wrap;
user-select:all;-webkit-user-select:all}
.soft{color:var(--soft);font-size:.875rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0}
details>summary{cursor:pointer;font-weight:600}details.card[open]>summary{margin-bottom:.75rem}
details.en{font-size:.875rem}
.counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 1rem}.counts .chip{padding:.2rem .8rem;font-size:.875rem}
td.state{width:8.5rem}td .todo{margin-top:.15rem;font-size:.875rem}td.none{color:var(--soft)}
footer{color:var(--soft);font-size:.8125rem;text-align:center}
@media(max-width:36rem){.banner .word{font-size:1.4rem}.banner .mark{width:2.6rem;height:2.6rem;font-size:1.4rem}
section,details.card{padding:.9rem}ul.findings li{flex-direction:column;gap:.25rem}
table.stack thead{display:none}table.stack tr{display:block;border-top:1px solid var(--line);padding:.5rem 0}
table.stack td,table.stack th{display:block;border:0;padding:.1rem 0}
table.stack tr:first-child{border-top:0;padding-top:0}
table.stack td.n{display:inline-block;margin-right:1.25rem}table.stack td.none{display:none}
table.stack td[data-name]::before{content:attr(data-name) "　";color:var(--soft);font-size:.8125rem}}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#333}body{font-size:11pt}main{max-width:none;padding:0}
section,details.card{break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"#;
