package bench;

import bench.Race.CanNotRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The alternative to the gate: nginx with limit_req on the same header. */
record Nginx(int port, long worker) {
  static Nginx start(Lab lab) throws IOException, InterruptedException {
    String program = Machine.program("nginx", "as root on Debian: apt-get install nginx-light");
    Path folder = lab.newFolder("nginx");
    // Its worker may be of another account than the one that made the folder.
    boolean _ =
        folder.toFile().setReadable(true, false) && folder.toFile().setExecutable(true, false);
    int port = Lab.freePort();
    String text =
        Files.readString(Path.of("src/bench/nginx.conf"))
            .replace("@folder@", folder.toString())
            .replace("@port@", Integer.toString(port));
    Path file = Files.writeString(folder.resolve("nginx.conf"), text);
    ProcessBuilder builder =
        new ProcessBuilder(program, "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    Process master = lab.start(Lab.SERVER_CORE, builder);
    for (int i = 0; i < 100; i++) {
      Lab.pause(Duration.ofMillis(50));
      var worker = master.children().findFirst();
      if (worker.isPresent() && answers(port)) {
        return new Nginx(port, worker.get().pid());
      }
    }
    throw new CanNotRun("nginx does not start: " + Files.readString(folder.resolve("log")));
  }

  static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
