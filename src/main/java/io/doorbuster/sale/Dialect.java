package io.doorbuster.sale;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** What differs between the stores; all else is plain SQL that each of them knows. */
sealed interface Dialect permits Sqlite, Postgres {

  /** Whether other processes may work with it at the same time. */
  boolean isShared();

  /** Brings the schema up to date, by the dialect's own set of scripts. */
  void migrate();

  /** The connections that change something. */
  HikariConfig writers();

  /** The connections that read, each transaction one snapshot. */
  HikariConfig readers();

  void begin(Connection connection, boolean write) throws SQLException;

  void commit(Connection connection) throws SQLException;

  void rollback(Connection connection) throws SQLException;

  /** How the database refused a row; empty where the error is another one. */
  Optional<ConstraintViolated.Kind> refusal(SQLException error);

  /** Whether somebody else was in the way, and the connection is sound. */
  boolean isBusy(SQLException error);

  /**
   * Takes a place in the queue for a sale's row, ahead of locking it, where the database itself
   * does not serve those who wait in turn.
   *
   * @param alone whether the row is to be locked for this transaction alone
   */
  void awaitTurn(Connection connection, String sale, boolean alone) throws SQLException;

  /** How well the server keeps a commit, as it says itself. */
  StoreLook look(Connection connection) throws SQLException;

  /** The server's time; empty where it is that of this machine. */
  Optional<Instant> findNow(Connection connection) throws SQLException;

  /** Ends a SELECT whose rows nobody else may change or hold until the transaction ends. */
  String forUpdate();

  /** Ends a SELECT whose rows nobody may change until the transaction ends. */
  String forShare();
}
