//! `cargo xtask pipeline pull-request` against a stand-in for GitHub's API, which answers as the documentation says.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod github;

use std::path::PathBuf;
use std::process::{Command, Output};

use github::{Commit, GitHub, Trouble};
use tempfile::TempDir;

/// A job's surroundings: its files, its settings, and the API that it speaks to.
struct Job {
    github: GitHub,
    files: TempDir,
}

impl Job {
    fn new(commits: &[Commit]) -> Self {
        Self { github: GitHub::start(commits), files: TempDir::new().unwrap() }
    }

    fn run(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["pipeline", "pull-request", "--pause=1"])
            .env("GITHUB_API_URL", self.github.address())
            .env("GITHUB_SERVER_URL", "https://github.example.org")
            .env("GITHUB_REPOSITORY", "Owner/inventory")
            .env("GITHUB_TOKEN", github::TOKEN)
            .env("GITHUB_STEP_SUMMARY", self.summary_file())
            .output()
            .unwrap()
    }

    fn summary_file(&self) -> PathBuf {
        self.files.path().join("summary.md")
    }

    fn summary(&self) -> String {
        std::fs::read_to_string(self.summary_file()).unwrap_or_default()
    }
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn error(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn two_commits() -> Vec<Commit> {
    vec![Commit::new("Add the CSV report"), Commit::new("Refuse a wrong address\n\nThe why.")]
}

#[test]
fn the_pull_request_is_opened_and_lists_its_commits() {
    let job = Job::new(&two_commits());
    succeeded(&job.run());
    let open = job.github.only_pull_request();
    assert_eq!(open.title, "develop → main: 2 commits");
    assert!(open.body.contains("Add the CSV report (Ada)") && open.body.contains("Refuse a wrong address (Ada)"));
    assert!(!open.body.contains("The why."), "{}", open.body);
    assert!(open.body.contains("## Definition of Done\n\n- [ ] "), "{}", open.body);
    assert!(open.body.contains("https://github.example.org/Owner/inventory/compare/main...develop"));
    assert!(job.summary().contains("Opened the pull request") && job.summary().contains("/pull/1"));
}

#[test]
fn what_people_wrote_and_ticked_stays_when_it_is_refreshed() {
    let job = Job::new(&two_commits());
    succeeded(&job.run());
    job.github.edit(|open| {
        open.body = format!("Please look at the CSV first.\n\n{}\n- [x] reviewed by three\n", open.body);
    });
    job.github.push(Commit::new("Count the servers"));
    succeeded(&job.run());
    let open = job.github.only_pull_request();
    assert_eq!(open.title, "develop → main: 3 commits");
    assert!(open.body.starts_with("Please look at the CSV first.\n"));
    assert!(open.body.contains("Count the servers") && open.body.contains("- [x] reviewed by three"));
    assert_eq!(open.body.matches("Add the CSV report").count(), 1, "{}", open.body);
}

#[test]
fn a_title_that_people_chose_stays() {
    let job = Job::new(&two_commits());
    succeeded(&job.run());
    job.github.edit(|open| open.title = "Sprint 3".into());
    job.github.push(Commit::new("Count the servers"));
    succeeded(&job.run());
    assert_eq!(job.github.only_pull_request().title, "Sprint 3");
}

#[test]
fn one_that_was_opened_by_hand_and_left_empty_is_filled() {
    let job = Job::new(&two_commits());
    succeeded(&job.run());
    job.github.edit(|open| (open.title, open.body) = ("Sprint 3".into(), String::new()));
    succeeded(&job.run());
    let open = job.github.only_pull_request();
    assert!(open.title == "Sprint 3" && open.body.contains("Add the CSV report"));
}

#[test]
fn one_that_is_up_to_date_is_not_written_again() {
    let job = Job::new(&two_commits());
    succeeded(&job.run());
    succeeded(&job.run());
    assert_eq!(job.github.writes(), ["POST"]);
    assert!(job.summary().contains("up to date"));
}

#[test]
fn without_a_new_commit_there_is_nothing_to_do() {
    let job = Job::new(&[]);
    succeeded(&job.run());
    assert!(job.github.writes().is_empty());
    assert!(job.summary().contains("nothing to merge"));
}

#[test]
fn where_the_setting_forbids_it_the_summary_names_the_box_and_the_job_is_green() {
    let job = Job::new(&two_commits());
    job.github.forbid();
    succeeded(&job.run());
    let summary = job.summary();
    assert!(summary.contains("Allow GitHub Actions to create and approve pull requests"), "{summary}");
    assert!(summary.contains("https://github.example.org/Owner/inventory/settings/actions"), "{summary}");
    assert!(summary.contains("/compare/main...develop?expand=1"), "{summary}");
}

#[test]
fn a_job_without_the_permission_is_red_and_told_which() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::NoPermission);
    assert!(error(&job.run()).contains("pull-requests: write"));
}

#[test]
fn a_disturbance_is_outlived() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::Unavailable { times: 3 });
    succeeded(&job.run());
    assert_eq!(job.github.only_pull_request().number, 1);
}

#[test]
fn an_api_that_is_down_is_named_after_five_tries() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::Unavailable { times: u32::MAX });
    assert!(error(&job.run()).contains("does not do its work: it answered 503"));
    assert_eq!(job.github.calls(), 5);
}

#[test]
fn an_api_that_nobody_runs_is_named_too() {
    let mut job = Job::new(&two_commits());
    job.github.stop();
    assert!(error(&job.run()).contains("Start this job again later"));
}

#[test]
fn an_answer_that_got_lost_opens_no_second_pull_request() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::AnswerLost);
    succeeded(&job.run());
    assert!(job.github.only_pull_request().body.contains("Add the CSV report"));
    assert_eq!(job.github.writes(), ["POST", "POST"]);
}

#[test]
fn we_wait_as_long_as_the_api_asks() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::SlowDown { seconds: 1 });
    succeeded(&job.run());
    assert_eq!(job.github.only_pull_request().number, 1);
}

#[test]
fn a_used_up_limit_ends_the_job_at_once() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::LimitUsedUp);
    assert!(error(&job.run()).contains("again in an hour"));
    assert_eq!(job.github.calls(), 1);
}

#[test]
fn a_missing_branch_is_named() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::NoBranch);
    assert!(error(&job.run()).contains("main and develop in Owner/inventory"));
}

#[test]
fn a_commits_words_have_no_effect_on_the_page() {
    let job = Job::new(&[Commit::new("Thank @everyone <!-- end of commits --> [free](https://example.org) `x`")]);
    succeeded(&job.run());
    let first = job.github.only_pull_request().body;
    assert!(!first.contains("@everyone") && !first.contains("[free]("), "{first}");
    job.github.push(Commit::new("Another"));
    succeeded(&job.run());
    let second = job.github.only_pull_request().body;
    assert_eq!(second.matches("Thank").count(), 1, "{second}");
    assert_eq!(second.matches("<!-- end of commits -->").count(), 1, "{second}");
}

#[test]
fn of_very_many_commits_the_rest_is_counted() {
    let commits: Vec<Commit> = (0..60).map(|number| Commit::new(&format!("Change {number}"))).collect();
    let job = Job::new(&commits);
    succeeded(&job.run());
    let body = job.github.only_pull_request().body;
    assert_eq!(body.matches("Change ").count(), 50, "{body}");
    assert!(body.contains("… and 10 more"), "{body}");
}

#[test]
fn the_token_is_never_shown() {
    let job = Job::new(&two_commits());
    job.github.trouble(Trouble::Unavailable { times: u32::MAX });
    let output = job.run();
    let said = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains(github::TOKEN));
}
