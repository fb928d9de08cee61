//! The stylesheet that colours themed drawings.
//!
//! It repeats the tokens of `theme.rs` and the classes of `pen.rs`, since a
//! page needs them as text; tests compare the two. Lengths are in the
//! drawing's half pixels.

/// The stylesheet for [`crate::Mode::Themed`] drawings.
///
/// It follows the reader's system, or `data-theme="light"` or `"dark"` on the
/// document's root element. All tokens are custom properties of `:root`.
pub const STYLE: &str = "\
:root{--bg:#fbfaf8;--panel:#ffffff;--ink:#1d2330;--muted:#667085;--line:#e4e1db;--band:#f4f2ee;--on:#ffffff;\
--pre:#6f6a63;--pre-t:#a29e99;--pre-d:#dddcd8;--pre-e:#c9c7c3;--pre-f:#e3e2df;--pre-x:#7c7771;\
--enc:#b1437e;--enc-t:#d28aab;--enc-d:#efd5df;--enc-e:#e6bccd;--enc-f:#f2dde4;--enc-x:#ba578a;\
--ed:#3f5f1e;--ed-t:#82986f;--ed-d:#d3dacb;--ed-e:#b7c3ab;--ed-f:#dbe0d3;--ed-x:#657f4e;\
--dec:#2c66c4;--dec-t:#7a9fdb;--dec-d:#d0ddf0;--dec-e:#b3c8e9;--dec-f:#d9e3f2;--dec-x:#4678cc;\
--v0:#006ee6;--v0-t:#5fa3ed;--v0-d:#c9def4;--v0-e:#a6caf2;--v0-f:#d3e4f5;--v0-x:#0f76e7;\
--v1:#8c6e14;--v1-t:#b6a36b;--v1-d:#e5deca;--v1-e:#d5caaa;--v1-f:#e9e4d4;--v1-x:#937622;\
--v2:#c82896;--v2-t:#db78bb;--v2-d:#f1d0e4;--v2-e:#eab3d7;--v2-f:#f3d8e8;--v2-x:#cc399e;\
--v3:#0a4614;--v3-t:#668a6b;--v3-d:#cbd6ca;--v3-e:#a9bdaa;--v3-f:#d4ddd4;--v3-x:#527c58;\
--v4:#500a8c;--v4-t:#9165b5;--v4-d:#d9cae2;--v4-e:#c1a8d3;--v4-f:#e0d4e7;--v4-x:#8a5cb1;\
--v5:#5a1e46;--v5-t:#97728a;--v5-d:#dbced4;--v5-e:#c4afbb;--v5-f:#e1d7dc;--v5-x:#8e647f}
:root[data-theme=dark]{--bg:#11141b;--panel:#181c25;--ink:#e9ecf3;--muted:#98a2b5;--line:#2a303d;--band:#151922;--on:#0b0e14;\
--pre:#9b958b;--pre-t:#62605e;--pre-d:#292b2f;--pre-e:#3b3c3e;--pre-f:#24262b;--pre-x:#797670;\
--enc:#f194b4;--enc-t:#946075;--enc-d:#382b36;--enc-e:#553c4a;--enc-f:#302630;--enc-x:#a76a82;\
--ed:#63c95f;--ed-t:#437e47;--ed-d:#21332a;--ed-e:#2c4b34;--ed-f:#1e2d27;--ed-x:#48894b;\
--dec:#8095ee;--dec-t:#526096;--dec-d:#242b3f;--dec-e:#333c5b;--dec-f:#202638;--dec-x:#6373b6;\
--v0:#4696be;--v0-t:#326580;--v0-d:#1c2e3c;--v0-e:#234052;--v0-f:#192935;--v0-x:#3c7fa1;\
--v1:#dca000;--v1-t:#8f6b0a;--v1-d:#3a3016;--v1-e:#564412;--v1-f:#312a17;--v1-x:#a37908;\
--v2:#d25a3c;--v2-t:#893f2f;--v2-d:#382222;--v2-e:#532c26;--v2-f:#301f20;--v2-x:#bf5339;\
--v3:#d2dc96;--v3-t:#899067;--v3-d:#383c34;--v3-e:#535845;--v3-f:#30342f;--v3-x:#858c65;\
--v4:#8c6ef0;--v4-t:#5d4c9f;--v4-d:#2a2646;--v4-e:#3b3363;--v4-f:#25223d;--v4-x:#7d63d6;\
--v5:#0af0dc;--v5-t:#0d9c93;--v5-d:#104042;--v5-e:#0f5f5d;--v5-f:#10373a;--v5-x:#0d988f}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#11141b;--panel:#181c25;--ink:#e9ecf3;--muted:#98a2b5;--line:#2a303d;--band:#151922;--on:#0b0e14;\
--pre:#9b958b;--pre-t:#62605e;--pre-d:#292b2f;--pre-e:#3b3c3e;--pre-f:#24262b;--pre-x:#797670;\
--enc:#f194b4;--enc-t:#946075;--enc-d:#382b36;--enc-e:#553c4a;--enc-f:#302630;--enc-x:#a76a82;\
--ed:#63c95f;--ed-t:#437e47;--ed-d:#21332a;--ed-e:#2c4b34;--ed-f:#1e2d27;--ed-x:#48894b;\
--dec:#8095ee;--dec-t:#526096;--dec-d:#242b3f;--dec-e:#333c5b;--dec-f:#202638;--dec-x:#6373b6;\
--v0:#4696be;--v0-t:#326580;--v0-d:#1c2e3c;--v0-e:#234052;--v0-f:#192935;--v0-x:#3c7fa1;\
--v1:#dca000;--v1-t:#8f6b0a;--v1-d:#3a3016;--v1-e:#564412;--v1-f:#312a17;--v1-x:#a37908;\
--v2:#d25a3c;--v2-t:#893f2f;--v2-d:#382222;--v2-e:#532c26;--v2-f:#301f20;--v2-x:#bf5339;\
--v3:#d2dc96;--v3-t:#899067;--v3-d:#383c34;--v3-e:#535845;--v3-f:#30342f;--v3-x:#858c65;\
--v4:#8c6ef0;--v4-t:#5d4c9f;--v4-d:#2a2646;--v4-e:#3b3363;--v4-f:#25223d;--v4-x:#7d63d6;\
--v5:#0af0dc;--v5-t:#0d9c93;--v5-d:#104042;--v5-e:#0f5f5d;--v5-f:#10373a;--v5-x:#0d988f}}
.tree{display:block;font-family:Inter,\"Inter stand-in\",system-ui,-apple-system,\"Segoe UI\",sans-serif;background:var(--bg)}
.tree .pre{--c:var(--pre);--t:var(--pre-t);--d:var(--pre-d);--e:var(--pre-e);--f:var(--pre-f);--x:var(--pre-x)}
.tree .enc{--c:var(--enc);--t:var(--enc-t);--d:var(--enc-d);--e:var(--enc-e);--f:var(--enc-f);--x:var(--enc-x)}
.tree .ed{--c:var(--ed);--t:var(--ed-t);--d:var(--ed-d);--e:var(--ed-e);--f:var(--ed-f);--x:var(--ed-x)}
.tree .dec{--c:var(--dec);--t:var(--dec-t);--d:var(--dec-d);--e:var(--dec-e);--f:var(--dec-f);--x:var(--dec-x)}
.tree .oth{--c:var(--pre);--t:var(--pre-t);--d:var(--pre-d);--e:var(--pre-e);--f:var(--pre-f);--x:var(--pre-x)}
.tree .v0{--c:var(--v0);--t:var(--v0-t);--d:var(--v0-d);--e:var(--v0-e);--f:var(--v0-f);--x:var(--v0-x)}
.tree .v1{--c:var(--v1);--t:var(--v1-t);--d:var(--v1-d);--e:var(--v1-e);--f:var(--v1-f);--x:var(--v1-x)}
.tree .v2{--c:var(--v2);--t:var(--v2-t);--d:var(--v2-d);--e:var(--v2-e);--f:var(--v2-f);--x:var(--v2-x)}
.tree .v3{--c:var(--v3);--t:var(--v3-t);--d:var(--v3-d);--e:var(--v3-e);--f:var(--v3-f);--x:var(--v3-x)}
.tree .v4{--c:var(--v4);--t:var(--v4-t);--d:var(--v4-d);--e:var(--v4-e);--f:var(--v4-f);--x:var(--v4-x)}
.tree .v5{--c:var(--v5);--t:var(--v5-t);--d:var(--v5-d);--e:var(--v5-e);--f:var(--v5-f);--x:var(--v5-x)}
.tree .gd,.tree .n{fill:var(--bg)}
.tree .yb{fill:var(--band)}.tree .yl{fill:none;stroke:var(--line);stroke-width:2}.tree .yt{fill:var(--muted);font-size:24px;font-weight:650}
.tree .rw{fill:var(--c)}.tree .ri{fill:var(--t)}.tree .rx{fill:var(--f)}
.tree .ro{fill:none;stroke:var(--c);stroke-width:5;stroke-dasharray:0 10;stroke-linecap:round}
.tree .rh{fill:none;stroke:var(--c);stroke-width:2}.tree .rm{fill:none;stroke:var(--c);stroke-width:3}
.tree .ro.x,.tree .rh.x,.tree .rm.x{stroke:var(--f)}
.tree .g0{stop-color:var(--pre)}.tree .g1{stop-color:var(--c)}
.tree .nd{fill:var(--ink)}.tree .nt{fill:var(--bg);font-size:17.2px;font-weight:650;text-anchor:middle}
.tree .sl{fill:none;stroke:var(--muted);stroke-width:2.4;stroke-dasharray:10 8}.tree .so{fill:none;stroke:var(--muted);stroke-width:4;stroke-dasharray:0 8;stroke-linecap:round}
.tree .ct{fill:var(--c);font-size:28px;font-weight:700}.tree .tn{fill:var(--muted);font-size:22.5px}.tree .tf{fill:var(--ink);font-size:24px}
.tree .th{fill:var(--ink);font-size:25px;font-weight:700}.tree .tc{fill:var(--muted);font-size:22px;font-weight:600}
.tree .fs{fill:none;stroke:var(--t);stroke-width:10;stroke-linecap:round}.tree .fh{fill:none;stroke:var(--bg);stroke-width:5;stroke-linecap:round}.tree .fc{fill:var(--bg);stroke:var(--c);stroke-width:4}.tree .fp{fill:var(--ink);stroke:var(--bg);stroke-width:5;stroke-linejoin:round;paint-order:stroke;font-size:20px;font-weight:600}.tree .fb{fill:var(--on);font-size:20px;font-weight:600}.tree .fl{fill:none;stroke:var(--c);stroke-width:7;stroke-linecap:round}.tree .fw{fill:none;stroke:var(--c);stroke-width:4;stroke-dasharray:12 8}.tree .fe{fill:var(--c);font-size:22px;font-weight:600}
.tree .fg:hover .fp{text-decoration:underline}
.tree .ks{fill:var(--ink);font-size:24px;font-weight:600}.tree .kt{fill:var(--muted);font-size:21px}.tree .ka{fill:none;pointer-events:all}.tree .kf:hover .kt{fill:var(--ink);text-decoration:underline}
.tree .wd{fill:var(--pre-e)}.tree .rg{fill:none;stroke:var(--ink);stroke-width:3}.tree .cd{fill:var(--panel);stroke:var(--line);stroke-width:2}.tree .hl{fill:var(--ink);font-size:31px;font-weight:700}
.tree .bo{fill:var(--muted)}.tree .bc{fill:none;stroke:var(--muted);stroke-width:2.6}
.tree .o,.tree .c{font-size:23px;font-weight:600;--w:var(--on);--p:var(--c);--r:var(--bg)}
.tree .c{--w:var(--c);--p:var(--bg);--r:var(--c)}
.tree .o.x{--w:var(--x);--p:var(--d)}.tree .c.x{--w:var(--x);--r:var(--e)}
.tree .sel{--r:var(--ink)}
.tree .o rect,.tree .c rect{fill:var(--p);stroke:var(--r);stroke-width:3}.tree .sel rect{stroke-width:5}
.tree .o text,.tree .c text{fill:var(--w)}.tree .s{font-size:19px;font-weight:400}
.tree .g{fill:none;stroke:var(--w);stroke-width:3.4;stroke-linecap:round;stroke-linejoin:round}
.tree .k rect{fill:var(--bg);stroke:var(--t);stroke-width:2}.tree .k text{fill:var(--c);font-size:19px;font-weight:600}
.tree .k.x rect{stroke:var(--e)}.tree .k.x text{fill:var(--x)}
.tree .k:hover rect,.tree .k:focus-visible rect{stroke:var(--ink);stroke-dasharray:6 4}
.tree a:focus-visible{outline:none}.tree a:hover>rect,.tree a:focus-visible>rect,.tree a:focus-visible>circle{stroke:var(--ink);stroke-width:4}
@media print{.tree{background:none}}
";
