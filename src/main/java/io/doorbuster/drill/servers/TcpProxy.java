package io.doorbuster.drill.servers;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network that can be made worse: forwards connections of loopback, slowly or not at all. */
public final class TcpProxy implements AutoCloseable {
  /** How the network is. */
  private enum Mode {
    GOOD,
    /** Whatever is sent arrives late. */
    SLOW,
    /** Connections break, and new ones too. */
    CUT,
    /** Connections stay, and nothing arrives; what was sent is lost with them. */
    HALF_OPEN
  }

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int CONNECT_MS = 2_000;

  private final ServerSocket door;
  private final int target;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.GOOD;
  private volatile Duration delay = Duration.ZERO;

  /** A connection and the one that it is forwarded by. */
  private record Pair(Socket near, Socket far) {
    void close() {
      reset(near);
      reset(far);
    }
  }

  /** Forwards to a port of loopback, from a free one. */
  public TcpProxy(int target) {
    this.target = target;
    try {
      door = new ServerSocket(Child.freePort(), 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
    Thread.ofVirtual().name("proxy-" + target).start(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Mends it; connections that were half open end. */
  public void good() {
    boolean dead = mode == Mode.HALF_OPEN;
    mode = Mode.GOOD;
    if (dead) {
      closeAll();
    }
  }

  /** From now on each piece, in each direction, arrives so much later. */
  public void slow(Duration later) {
    delay = later;
    mode = Mode.SLOW;
  }

  /** Breaks all connections, and each new one at once, until {@link #good}. */
  public void cut() {
    mode = Mode.CUT;
    closeAll();
  }

  /** The far sides are gone and the near ones do not hear of it, until {@link #good}. */
  public void halfOpen() {
    mode = Mode.HALF_OPEN;
    pairs.forEach(pair -> reset(pair.far));
  }

  private void closeAll() {
    pairs.forEach(Pair::close);
    pairs.clear();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Thread.ofVirtual().start(() -> connect(near));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket near) {
    if (mode == Mode.CUT) {
      reset(near);
      return;
    }
    Socket far = new Socket();
    Pair pair = new Pair(near, far);
    pairs.add(pair);
    try {
      near.setTcpNoDelay(true);
      if (mode != Mode.HALF_OPEN) {
        far.setTcpNoDelay(true);
        far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MS);
        Thread.ofVirtual().start(() -> inwards(pair));
      }
      pump(near, far);
    } catch (IOException e) {
      // Either side has closed, or we have.
    }
    end(pair);
  }

  /** From the far side; where that goes while half open, the near side does not hear of it. */
  private void inwards(Pair pair) {
    try {
      pump(pair.far, pair.near);
    } catch (IOException e) {
      // Either side has closed, or we have.
    }
    if (mode != Mode.HALF_OPEN) {
      end(pair);
    }
  }

  private void pump(Socket from, Socket to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = from.getInputStream();
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      if (mode == Mode.SLOW) {
        Child.sleep(delay);
      }
      if (mode != Mode.HALF_OPEN) {
        to.getOutputStream().write(buffer, 0, read);
      }
    }
  }

  /** In order: what has been written still arrives. */
  private void end(Pair pair) {
    close(pair.near);
    close(pair.far);
    pairs.remove(pair);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Not connected any more.
    }
    close(socket);
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // As good as closed.
    }
  }

  @Override
  public void close() {
    mode = Mode.CUT;
    close(door);
    closeAll();
  }
}
