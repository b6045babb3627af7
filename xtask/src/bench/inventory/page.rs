//! The second scenario: a page of 100 servers that are up, out of a hundred and out of 10,000.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use super::super::contestant::Contestant;
use super::super::lab::{Lab, Question, Series};
use super::contestants::{Built, TOKEN};
use super::list::CONNECTIONS;

/// What is asked.
pub const PATH: &str = "/api/v1/servers?status=up&limit=100";
/// Servers in the small database: so many that the page is full.
const FEW: u32 = 101;
/// Servers in the large one.
const MANY: u32 = 10_000;
/// Rows in one call of the import.
const ROWS: usize = 1000;

/// The same page, three times.
pub struct Outcome {
    /// Bare actix with the body of the large database's page.
    pub limit: Series,
    /// Our service with about a hundred servers.
    pub few: Series,
    /// Our service with 10,000.
    pub many: Series,
    /// Bytes of the page.
    pub body: usize,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 3
}

/// Measure.
///
/// # Errors
/// When a contestant does not run, the import is refused, or the page is not what it should be.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let few = built.inventory("inventory-api, 101 servers", &lab.file("few.db"));
    let many = built.inventory("inventory-api, 10,000 servers", &lab.file("many.db"));
    fill(lab, &few, FEW)?;
    let page = fill(lab, &many, MANY)?;
    let body = lab.file("page.json");
    std::fs::write(&body, &page)?;
    let limit = built.bare.with(&body);

    let question = Question { path: PATH, connections: CONNECTIONS, script: None };
    let contestants = [&limit, &few, &many];
    let mut series = contestants.map(|contestant| Series::new(&contestant.name));
    for _ in 0..lab.rounds {
        for (contestant, series) in contestants.iter().zip(&mut series) {
            let sample = lab.run(contestant, &question, |_, _| Ok(()));
            series.push(sample.with_context(|| format!("the page of {}", contestant.name))?);
        }
    }
    let [limit, few, many] = series;
    Ok(Outcome { limit, few, many, body: page.len() })
}

/// Bring the database of `service` to `total` servers, and give back the page that it answers then.
fn fill(lab: &Lab, service: &Contestant, total: u32) -> Result<Vec<u8>> {
    lab.announce(&format!("filling {}", service.name));
    let server = lab.start(service)?;
    // a new database holds the two servers of the course
    let rows: Vec<String> = (3..=total).map(row).collect();
    for chunk in rows.chunks(ROWS) {
        let table = format!("hostname,ip,status,tags\n{}\n", chunk.join("\n"));
        lab.http.import(&server.url("/api/v1/servers/import"), TOKEN, &table)?;
    }
    let list = lab.http.list(&server.url("/api/v1/servers?limit=1"))?;
    ensure!(list.count == u64::from(total), "{} holds {} servers, not {total}", service.name, list.count);
    let page = lab.http.list(&server.url(PATH))?;
    ensure!(page.servers.len() == 100, "the page of {} holds {} servers, not 100", service.name, page.servers.len());
    lab.http.get(&server.url(PATH))
}

/// The server with this number as a row of CSV. The first hundred are up, so that both databases answer the same page;
/// of those after it, half are.
fn row(number: u32) -> String {
    let status = match number {
        ..=FEW => "up",
        _ => ["up", "down", "up", "maintenance"][number as usize % 4],
    };
    let [_, high, middle, low] = number.to_be_bytes();
    let mut row = String::new();
    write!(row, "node-{number:05}.example.org,10.{high}.{middle}.{low},{status},rack-{}", number % 40)
        .expect("a string takes what is written");
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_begin_with_a_full_page_of_servers_that_are_up() {
        // and the course's first one is up, its second is not
        let up = (3..=FEW).filter(|&number| row(number).contains(",up,")).count();
        assert_eq!(up + 1, 100);
    }

    #[test]
    fn a_row_has_four_cells_and_an_address_of_its_own() {
        assert_eq!(row(258), "node-00258.example.org,10.0.1.2,up,rack-18");
        assert_eq!(row(259), "node-00259.example.org,10.0.1.3,maintenance,rack-19");
    }
}
