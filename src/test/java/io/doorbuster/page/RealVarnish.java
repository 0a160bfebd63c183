package io.doorbuster.page;

import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real Varnish on a free port of loopback, with the configuration of deploy/varnish. */
final class RealVarnish implements AutoCloseable {
  private static final Path CONFIGURATION = Path.of("deploy/varnish/sale.vcl");
  private static final String BACKEND = ".port = \"8080\";";

  final int port = Child.freePort();
  private final Child child;

  RealVarnish(Path folder, int backend) throws IOException {
    Files.createDirectories(folder);
    String text = Files.readString(CONFIGURATION);
    if (!text.contains(BACKEND)) {
      throw new IllegalStateException(CONFIGURATION + " has no " + BACKEND);
    }
    Path file = folder.resolve("sale.vcl");
    Files.writeString(file, text.replace(BACKEND, ".port = \"" + backend + "\";"));
    child = new Child(folder.resolve("varnish.log"));
    child.start(
        List.of(
            "/usr/sbin/varnishd",
            "-F",
            "-j",
            "none", // another account may not enter a test's folder
            "-a",
            "127.0.0.1:" + port,
            "-f",
            file.toString(),
            "-s",
            "malloc,16m",
            "-p",
            "http_gzip_support=off",
            "-n",
            folder.resolve("state").toString()),
        Map.of());
    await().atMost(Duration.ofSeconds(20)).until(this::isUp);
  }

  private boolean isUp() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    child.stop("TERM");
  }
}
