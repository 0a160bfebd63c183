package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** An operator's words about the keys that sign passes. */
@Command(
    name = "keys",
    description = "Rotates the keys that sign passes.",
    mixinStandardHelpOptions = true)
public final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  @Command(description = "Signs with a new key from now on; the one before it goes on to verify.")
  int rotate() {
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject answer = client.post("/admin/api/keys/rotate", new JsonObject());
          out.println("keys, the signing one first: " + answer.getJsonArray("keys").encode());
          return 0;
        });
  }
}
