package io.doorbuster.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server that runs elsewhere: it is rehearsed by a test sale, and never killed. */
record RemoteServer(List<URI> buyers, URI admin, Path tokenFile) implements ServerProcess {
  @Override
  public void start() {}

  @Override
  public void kill() {
    throw new UnsupportedOperationException("a server that the drill did not start is not killed");
  }

  @Override
  public Optional<String> findDeath() {
    return Optional.empty();
  }

  @Override
  public String token() {
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the token's file can not be read", e);
    }
  }

  @Override
  public String describe() {
    return "the server at " + buyers.getFirst();
  }

  @Override
  public Optional<String> books() {
    return Optional.empty();
  }

  @Override
  public Optional<String> findFile(String name) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
