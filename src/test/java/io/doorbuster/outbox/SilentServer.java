package io.doorbuster.outbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every connection and never says a word. */
final class SilentServer implements AutoCloseable {
  private final ServerSocket door;
  private final List<Socket> guests = new CopyOnWriteArrayList<>();

  SilentServer() throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      while (!door.isClosed()) {
        guests.add(door.accept());
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  int port() {
    return door.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket guest : guests) {
      guest.close();
    }
  }
}
