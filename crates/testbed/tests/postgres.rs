//! The databases that tests are given.

use sqlx::{Connection, PgConnection};
use testbed::postgres::database;

async fn tables(url: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query_scalar("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
        .fetch_all(&mut connection)
        .await
}

#[tokio::test]
async fn two_databases_do_not_see_each_other() {
    let (one, other) = tokio::join!(database(), database());
    let mut connection = PgConnection::connect(&one.url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE server (id int)").execute(&mut connection).await.unwrap();

    assert_eq!(one.address(), other.address(), "they share a server");
    assert_eq!(tables(&one.url()).await.unwrap(), ["server"]);
    assert!(tables(&other.url()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_database_is_gone_with_its_value_even_while_connected() {
    let database = database().await;
    let url = database.url();
    let _open = PgConnection::connect(&url).await.unwrap();
    drop(database);

    let refusal = PgConnection::connect(&url).await.unwrap_err();
    assert!(refusal.to_string().contains("does not exist"), "{refusal}");
}
