package io.doorbuster.cli.operator;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Where the server is and who asks; the same for every command of an operator. */
final class AdminOptions {
  private static final Path TOKEN_FILE = Path.of("data", "admin-token");

  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8081",
      scope = ScopeType.INHERIT,
      description = {"The server's admin port; default", "${DEFAULT-VALUE}."})
  private URI admin;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "The operator's token; by default that of",
        "DOORBUSTER_ADMIN_TOKEN in the environment, else",
        "that in the file data/admin-token."
      })
  private @Nullable Path tokenFile;

  /** One command's work; returns its exit code. */
  @FunctionalInterface
  interface Work {
    int run(AdminClient client, PrintWriter out) throws CallFailed, InterruptedException;
  }

  /** Runs a command against the server; what goes wrong is one line on the error output. */
  int call(CommandSpec spec, Work work) {
    CommandLine line = spec.commandLine();
    boolean isAddress = "http".equals(admin.getScheme()) || "https".equals(admin.getScheme());
    if (!isAddress || admin.getHost() == null) {
      throw new ParameterException(
          line, "--admin is an address such as http://127.0.0.1:8081, not " + admin);
    }
    try (AdminClient client = new AdminClient(admin, token())) {
      int exit = work.run(client, line.getOut());
      line.getOut().flush();
      return exit;
    } catch (CallFailed e) {
      fail(spec, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  static int fail(CommandSpec spec, String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("doorbuster: " + message);
    err.flush();
    return 1;
  }

  private String token() throws CallFailed {
    String given = System.getenv("DOORBUSTER_ADMIN_TOKEN");
    if (tokenFile == null && given != null && !given.isBlank()) {
      return given.strip();
    }
    Path file = tokenFile == null ? TOKEN_FILE : tokenFile;
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CallFailed(
          "the token can not be read from "
              + file
              + "; name the admin-token file of the server's data folder with --token-file, or set"
              + " DOORBUSTER_ADMIN_TOKEN");
    }
  }
}
