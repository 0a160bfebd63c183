package io.doorbuster.drill.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TcpProxyTest {
  private static final Duration LATER = Duration.ofMillis(150);

  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    proxy = new TcpProxy(echo.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket client = echo.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void answer(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // Cut, as the test wanted it.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(1_000);
    return socket;
  }

  private static String say(Socket socket, String word) throws IOException {
    socket.getOutputStream().write(word.getBytes(UTF_8));
    return new String(socket.getInputStream().readNBytes(word.length()), UTF_8);
  }

  @Test
  void good_bothDirections_passOn() throws IOException {
    try (Socket socket = connect()) {
      assertThat(say(socket, "one")).isEqualTo("one");
      assertThat(say(socket, "two")).isEqualTo("two");
    }
  }

  @Test
  void slow_aWordAndItsEcho_takeTwiceTheDelay() throws IOException {
    try (Socket socket = connect()) {
      say(socket, "warm");
      proxy.slow(LATER);
      long startNs = System.nanoTime();
      assertThat(say(socket, "late")).isEqualTo("late");
      assertThat(Duration.ofNanos(System.nanoTime() - startNs))
          .isGreaterThanOrEqualTo(LATER.multipliedBy(2));
      proxy.good();
      assertThat(say(socket, "soon")).isEqualTo("soon");
    }
  }

  @Test
  void cut_connections_breakAndNewOnesToo() throws IOException {
    try (Socket old = connect()) {
      say(old, "here");
      proxy.cut();
      assertBroken(old);
      try (Socket fresh = connect()) {
        assertBroken(fresh);
      }
      proxy.good();
      try (Socket fresh = connect()) {
        assertThat(say(fresh, "back")).isEqualTo("back");
      }
    }
  }

  private static void assertBroken(Socket socket) {
    try {
      assertThat(say(socket, "gone")).isEmpty();
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void halfOpen_connections_stayWithoutAnAnswerAndEndWhenMended() throws IOException {
    try (Socket old = connect()) {
      say(old, "here");
      proxy.halfOpen();
      assertThatThrownBy(() -> say(old, "gone")).isInstanceOf(SocketTimeoutException.class);
      try (Socket fresh = connect()) {
        assertThatThrownBy(() -> say(fresh, "gone")).isInstanceOf(SocketTimeoutException.class);
      }
      proxy.good();
      assertBroken(old);
      try (Socket fresh = connect()) {
        assertThat(say(fresh, "back")).isEqualTo("back");
      }
    }
  }
}
