//! How the papers look: A4, black on white, thin rules, room to write by hand.

use crate::present::messages::review_papers::PAGE_FOOT;

/// Returns the style sheet; `across`: the paper lies on its long side.
pub(super) fn css(across: bool) -> String {
    let (size, margin) =
        if across { ("A4 landscape", "12mm 12mm 14mm 12mm") } else { ("A4", "13mm 14mm 15mm 20mm") };
    format!(
        "@page{{size:{size};margin:{margin};@bottom-center{{content:{PAGE_FOOT};font:8pt sans-serif;color:#333}}}}{CSS}"
    )
}

/// The left margin is wider, for the binding. Lines are black: a copier loses grey ones.
const CSS: &str = r#"
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0 auto;max-width:176mm;padding:8mm 0;background:#fff;color:#000;overflow-wrap:anywhere;
font:9.5pt/1.55 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
body.across{max-width:273mm}
table{border-collapse:collapse;width:100%}
.paper>thead>tr>td,.paper>tbody>tr>td{padding:0}
.running{display:flex;justify-content:space-between;gap:6mm;align-items:baseline;border-bottom:.4pt solid #000;
padding-bottom:1mm;margin-bottom:3.5mm;font-size:7.5pt;line-height:1.4}
.running b{font-weight:400;display:block;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;min-width:0}
.running code{white-space:nowrap;flex:none}
code{font:7.5pt/1.4 Consolas,"DejaVu Sans Mono","Noto Sans Mono",monospace;letter-spacing:.02em}
header{text-align:center;margin:1mm 0 4mm}
header .college{font-size:11pt;letter-spacing:.15em}
h1{font:700 20pt/1.3 "SimSun","Songti SC","Noto Serif CJK SC","Source Han Serif SC",serif;letter-spacing:.22em;
margin:1mm 0 2.5mm;text-indent:.22em}
.subject{display:inline-block;border:.8pt solid #000;padding:1.1mm 3.5mm;text-align:center}
.subject span{font-size:8pt;letter-spacing:.1em;display:block}
.subject code{font-size:8.5pt;word-spacing:.05em}
section{margin-top:5mm;counter-increment:part}
h2{font:700 10.5pt/1.4 inherit;font-size:10.5pt;margin:0 0 1.6mm;break-after:avoid;break-inside:avoid}
h2::before{content:counter(part,simp-chinese-informal) "\3001"}
h3{font-size:9pt;font-weight:700;margin:0 0 1.2mm;break-after:avoid}
h3 small{font-weight:400;font-size:8pt}
p{margin:0 0 1.5mm}
.hint{font-size:8pt;color:#222}
table.form{border:.8pt solid #000}
.form th,.form td{border:.4pt solid #000;padding:1.1mm 1.8mm;vertical-align:top;text-align:left}
.form th{font-weight:400;background:#f4f4f4;white-space:nowrap}
.form tr{break-inside:avoid}
.form thead th{text-align:center;vertical-align:middle;font-size:8.5pt}
.info th{width:21mm;text-align:center;vertical-align:middle}
.info td{width:67mm}
.info .name td{font-size:12pt;font-weight:700}
.said th.most{width:42%}
.small{font-size:8.5pt;line-height:1.45}
.c{text-align:center!important}.n{white-space:nowrap;font-variant-numeric:tabular-nums}
pre{margin:0;font:inherit;white-space:pre-wrap}
figure{margin:0;break-inside:avoid}
figcaption{font-size:7.5pt;line-height:1.35;margin-top:.6mm;text-align:center}
img{display:block;max-width:100%;margin:0 auto;border:.3pt solid #000}
.covers{display:flex;flex-wrap:wrap;gap:3mm 4mm;align-items:flex-end}
.covers figure{max-width:42mm}.covers img{max-height:38mm;max-width:42mm}.covers.wide figure,.covers.wide img{max-width:100%;max-height:88mm}
.canvas{border:.4pt solid #000;padding:2mm;margin-bottom:2.5mm;break-inside:avoid}
.stills{display:grid;gap:1.5mm}
.stills.wide{grid-template-columns:repeat(4,minmax(0,1fr))}.stills.square{grid-template-columns:repeat(8,minmax(0,1fr))}
.stills.tall{grid-template-columns:repeat(8,minmax(0,1fr))}
.stills img{width:auto;max-height:44mm}
.pair img{max-height:52mm}
.pair{margin:0 0 2mm}
.like{margin-bottom:3mm}
.like .form th{width:21mm;text-align:center}
.text{margin-bottom:2.5mm}
.text th{width:17mm;text-align:center}
.text .for{background:#fff;font-weight:700;text-align:left;white-space:normal}
ul{margin:0 0 1mm;padding-left:1.7em}li{margin:.4mm 0}
.tick{white-space:nowrap;margin-right:2.2mm;display:inline-block}
.tick:last-child{margin-right:0}
.tick i{display:inline-block;width:3.2mm;height:3.2mm;border:.6pt solid #000;margin-right:.9mm;vertical-align:-.4mm;
font:700 7.5pt/2.7mm sans-serif;text-align:center;text-indent:-.2mm}
.check td.c{width:35mm;font-size:8.5pt;padding-left:.8mm;padding-right:.8mm}
.check.many td.c{width:auto}
.check td{vertical-align:middle}
.void{text-decoration:line-through}
.sign{break-inside:avoid;margin-bottom:3mm}
.sign th{width:21mm;text-align:center;vertical-align:middle}
.sign .level{font-size:11pt;font-weight:700;white-space:normal;line-height:1.35}
.sign .level small{display:block;font-weight:400;font-size:7.5pt}
.sign .opinion{height:28mm}
.sign .recorded{font-size:8pt;border-bottom:.4pt dashed #000;padding-bottom:.8mm;margin-bottom:.8mm}
.sign .hand td{height:11mm;vertical-align:middle}
.sign .hand .date{width:44mm;text-align:right;white-space:nowrap}
.binding{font-size:8.5pt;border:.4pt solid #000;padding:1.3mm 2mm;margin:0 0 2.5mm;break-inside:avoid;break-after:avoid}
table.register{font-size:7.5pt;line-height:1.4;border:.8pt solid #000;table-layout:fixed}
.register th,.register td{border:.4pt solid #000;padding:.8mm .9mm;vertical-align:top;text-align:left}
.register th{background:#f4f4f4;font-weight:700;text-align:center;vertical-align:middle}
.register tr{break-inside:avoid}
.register code{font-size:6.5pt;overflow-wrap:anywhere}
@media print{body{max-width:none;padding:0}}
@media screen{body{padding-left:5mm;padding-right:5mm;max-width:186mm}body.across{max-width:283mm}}
"#;
