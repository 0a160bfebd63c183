package bench;

import io.doorbuster.sale.PostgresServer;

/** A PostgreSQL that keeps its commits, in a process of its own until its input ends. */
final class PostgresHost {
  private PostgresHost() {}

  /** Prints the address of an empty database. */
  public static void main(String[] args) throws Exception {
    try (PostgresServer server = new PostgresServer(PostgresServer.Version.NEWEST)) {
      server.run("CREATE DATABASE race");
      System.out.println("url " + server.url("race"));
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
    }
  }
}
