use proptest::prelude::*;

use super::*;
use crate::model::arbitrary::new_server;

fn csv(text: &str) -> Result<Vec<Line>, Vec<Detail>> {
    read(Format::Csv, text.as_bytes())
}

/// Where the mistakes are: line and field.
fn mistakes(text: &str) -> Vec<(u64, String)> {
    let mistakes = csv(text).unwrap_err();
    mistakes.into_iter().map(|detail| (detail.line.unwrap(), detail.field.into_owned())).collect()
}

#[test]
fn a_table_is_read_whatever_wrote_it() {
    let expected = csv("hostname,ip,status,tags\na,::1,up,x y\nb,10.0.0.1,down,\n").unwrap();
    assert_eq!(expected.len(), 2);
    for same in [
        // a mark at the start, semicolons, CRLF
        "\u{feff}hostname;ip;status;tags\r\na;::1;up;x y\r\nb;10.0.0.1;down;\r\n",
        // no end of the last line, blanks, quotes, names in capitals, another order, empty lines
        "\n\nStatus, HOSTNAME ,ip,tags\n\nup, a ,\"::1\",\"x, y\"\n\n\ndown,B,10.0.0.1,",
        "hostname;ip;status;tags\na;::1;up;\"x;y\"\nb;10.0.0.1;down;\"\"",
    ] {
        let read = csv(same).unwrap_or_else(|mistakes| panic!("{same:?}: {mistakes:?}"));
        let servers = |lines: &[Line]| lines.iter().map(|line| line.new.clone()).collect::<Vec<_>>();
        assert_eq!(servers(&read), servers(&expected), "{same:?}");
    }
}

#[test]
fn mistakes_name_the_line_on_which_they_are() {
    for end in ["\n", "\r\n"] {
        let text = [
            "hostname,ip,status,description",
            "good,::1,up,\"two",
            "lines\"",
            "-,::1,up,",
            "",
            "",
            "good,::2,up,",
            "short,::1",
            "x,y,z,",
        ];
        let expected = [(4, "hostname"), (7, "hostname"), (8, ""), (9, "ip"), (9, "status")];
        assert_eq!(mistakes(&text.join(end)), expected.map(|(line, field)| (line, field.to_owned())), "{end:?}");
    }
}

#[test]
fn a_table_needs_its_columns_once_and_no_others() {
    assert_eq!(mistakes("ip,status\n"), [(1, "hostname".to_owned())]);
    assert_eq!(mistakes("hostname,ip,status,colour\n"), [(1, "colour".to_owned())]);
    assert_eq!(mistakes("hostname,ip,status,tags,tags\n"), [(1, "tags".to_owned())]);
    assert_eq!(mistakes("hostname,ip,status\n"), [(1, String::new())]);
}

#[test]
fn what_is_not_utf_8_is_refused_with_its_line() {
    let mistakes = read(Format::Csv, b"hostname,ip,status\na,::1,up\nb\xe9,::1,up\n").unwrap_err();
    assert_eq!((mistakes[0].line, &*mistakes[0].message), (Some(3), "must be UTF-8"));
    assert_eq!(read(Format::JsonLines, b"{\"hostname\": \"\xe9\"}").unwrap_err()[0].line, Some(1));
}

#[test]
fn a_line_that_is_not_json_is_said_to_be_so() {
    let mistakes = read(Format::JsonLines, b"\n\n{\"hostname\":}").unwrap_err();
    assert_eq!((mistakes[0].line, &*mistakes[0].message), (Some(3), "is not JSON: expected value at column 13"));
}

#[test]
fn the_wrong_file_is_not_complained_of_without_end() {
    for text in ["x,".repeat(100_000), format!("hostname,ip,status\n{}", "x\n".repeat(1000)), "\n?".repeat(1000)] {
        for format in [Format::Csv, Format::JsonLines] {
            let mistakes = read(format, text.as_bytes()).unwrap_err();
            assert!((1..=100).contains(&mistakes.len()), "{}", mistakes.len());
        }
    }
}

#[test]
fn a_file_has_twenty_thousand_servers_at_most() {
    let table = |rows: u32| {
        let rows: Vec<_> = (0..rows).map(|n| format!("h{n},10.1.0.1,up")).collect();
        csv(&format!("hostname,ip,status\n{}\n", rows.join("\n")))
    };
    assert_eq!(table(20_000).unwrap().len(), 20_000);
    let mistakes = table(20_001).unwrap_err();
    assert_eq!((mistakes.len(), mistakes[0].line), (1, Some(20_002)));
}

#[test]
fn a_formula_is_made_a_text_and_comes_back() {
    for formula in ["=1", "+1", "-1", "@A", "'=1", "''=1", " =1", "\t@A", "\n-1", "' '=1", "＝1"] {
        assert_eq!(for_spreadsheet(formula), format!("'{formula}"));
        assert_eq!(from_spreadsheet(&for_spreadsheet(formula)), formula);
    }
    for text in ["", "'", "text", "'quoted'", "a=1", " - a"].iter().filter(|text| !is_formula(text)) {
        assert_eq!(for_spreadsheet(text), *text);
    }
}

/// Something between nonsense and a table: so that both the ways of refusal and of acceptance are gone.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let cell = "hostname|ip|status|tags|up|down|host-[0-9]|10\\.0\\.0\\.[0-9]|::1|[ \"';,\\n\\r{}:\\[\\]]|\\PC{0,3}";
    let cells = prop::collection::vec(prop::collection::vec(cell, 0..5), 0..6);
    let table = (cells, prop::sample::select(&[",", ";"][..]), prop::sample::select(&["\n", "\r\n", "\r"][..]));
    let table = table.prop_map(|(rows, delimiter, end)| {
        rows.iter().map(|row| row.join(delimiter)).collect::<Vec<_>>().join(end).into_bytes()
    });
    let headed = table.clone().prop_map(|table| [b"hostname,ip,status\n".as_slice(), &table].concat());
    prop_oneof![prop::collection::vec(any::<u8>(), 0..200), table, headed]
}

proptest! {
    #[test]
    fn no_file_makes_it_panic_and_what_it_says_is_true(
        text in file(), format in prop::sample::select(&[Format::Csv, Format::JsonLines][..])
    ) {
        let lines = text.split(|byte| *byte == b'\n').count() as u64;
        match read(format, &text) {
            Ok(read) => {
                prop_assert!(!read.is_empty());
                let numbers: Vec<_> = read.iter().map(|line| line.number).collect();
                prop_assert!(numbers.iter().all(|number| (1..=lines).contains(number)), "{numbers:?}");
                let names: std::collections::BTreeSet<_> = read.iter().map(|line| &line.new.hostname).collect();
                prop_assert_eq!(names.len(), read.len());
            }
            Err(mistakes) => {
                prop_assert!((1..=MAX_MISTAKES).contains(&mistakes.len()));
                for mistake in mistakes {
                    prop_assert!(mistake.line.is_some_and(|line| (1..=lines).contains(&line)), "{mistake:?}");
                }
            }
        }
    }

    #[test]
    fn any_text_survives_a_spreadsheet(text in "['=+@ \\t\\n-]{0,4}\\PC{0,5}") {
        let cell = for_spreadsheet(&text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']) || !is_formula(&cell));
        prop_assert_eq!(from_spreadsheet(&cell), text);
    }

    #[test]
    fn what_is_written_as_a_table_or_as_json_is_read_again(servers in prop::collection::vec(new_server(), 1..8)) {
        let mut distinct = BTreeMap::new();
        for server in servers {
            distinct.insert(server.hostname.clone(), server);
        }
        let servers: Vec<_> = distinct.into_values().collect();
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["hostname", "ip", "status", "tags", "description"]).unwrap();
        let mut json = String::new();
        for (id, server) in (1..).zip(&servers) {
            let tags: Vec<_> = server.tags.iter().map(crate::model::Tag::as_str).collect();
            let (name, ip, status) = (server.hostname.as_str(), server.ip.to_string(), server.status.as_str());
            table.write_record([name, &ip, status, &tags.join(" "), &for_spreadsheet(&server.description)]).unwrap();
            json += &serde_json::to_string(&crate::model::Server::create(id, server.clone(), 0)).unwrap();
            json.push('\n');
        }
        for (format, text) in [(Format::Csv, table.into_inner().unwrap()), (Format::JsonLines, json.into_bytes())] {
            let read = read(format, &text).unwrap();
            prop_assert_eq!(read.into_iter().map(|line| line.new).collect::<Vec<_>>(), servers.clone());
        }
    }
}
