package io.doorbuster.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends prepared requests over many connections: one over each, then it reads past all answers, and
 * so on. So the server finds many connections ready at once, as in a sale, and this thread costs
 * little beside it.
 */
final class LoopbackCaller implements Runnable {
  private static final String LENGTH = "\r\ncontent-length:";
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int TIMEOUT_MS = 5_000;

  private final int port;
  private final List<byte[]> requests;
  private final BooleanSupplier goesOn;
  private final @Nullable Socket[] sockets;
  private final byte[] answer = new byte[8_192];
  private int next;

  /**
   * @param start the first request; then round and round
   * @param goesOn asked before each round
   */
  LoopbackCaller(
      int port, int connections, List<byte[]> requests, int start, BooleanSupplier goesOn) {
    this.port = port;
    this.sockets = new Socket[connections];
    this.requests = requests;
    this.next = start;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    while (goesOn.getAsBoolean()) {
      for (int i = 0; i < sockets.length; i++) {
        ask(i);
      }
      for (int i = 0; i < sockets.length; i++) {
        readAnswer(i);
      }
    }
    for (int i = 0; i < sockets.length; i++) {
      drop(i);
    }
  }

  private void ask(int i) {
    try {
      Socket socket = sockets[i];
      if (socket == null) {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        sockets[i] = socket;
      }
      socket.getOutputStream().write(requests.get(next));
      next = (next + 1) % requests.size();
    } catch (IOException e) {
      drop(i);
    }
  }

  /** A server may close a connection after an answer: the next request goes over a new one. */
  private void readAnswer(int i) {
    Socket socket = sockets[i];
    if (socket != null) {
      try {
        skipAnswer(socket.getInputStream());
      } catch (IOException e) {
        drop(i);
      }
    }
  }

  private void drop(int i) {
    Socket socket = sockets[i];
    sockets[i] = null;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        return; // it is gone all the same
      }
    }
  }

  private void skipAnswer(InputStream in) throws IOException {
    int have = 0;
    while (true) {
      int more = in.read(answer, have, answer.length - have);
      if (more <= 0) {
        throw new EOFException();
      }
      have += more;
      String text = new String(answer, 0, have, StandardCharsets.ISO_8859_1);
      int head = text.indexOf(END_OF_HEAD);
      if (head >= 0 && have >= head + END_OF_HEAD.length() + length(text)) {
        return;
      }
    }
  }

  private static int length(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int at = lower.indexOf(LENGTH);
    return at < 0
        ? 0
        : Integer.parseInt(
            text.substring(at + LENGTH.length(), text.indexOf("\r\n", at + 2)).strip());
  }
}
