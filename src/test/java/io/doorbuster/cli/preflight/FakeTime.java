package io.doorbuster.cli.preflight;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** A time server on loopback whose clock is off by as much as a test says. */
public final class FakeTime implements AutoCloseable {
  private static final long TO_EPOCH_S = 2_208_988_800L;

  private final DatagramSocket socket;
  private final Duration ahead;
  private final UnaryOperator<ByteBuffer> change;

  public FakeTime(Duration ahead) throws IOException {
    this(ahead, answer -> answer);
  }

  /**
   * @param change of the answer ahead of its sending
   */
  FakeTime(Duration ahead, UnaryOperator<ByteBuffer> change) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.ahead = ahead;
    this.change = change;
    Thread.ofPlatform().daemon().start(this::run);
  }

  public int port() {
    return socket.getLocalPort();
  }

  private void run() {
    DatagramPacket packet = new DatagramPacket(new byte[48], 48);
    try {
      while (true) {
        socket.receive(packet);
        long question = ByteBuffer.wrap(packet.getData()).getLong(40);
        ByteBuffer answer = ByteBuffer.allocate(48);
        answer.put(0, (byte) 0x24).put(1, (byte) 2).putLong(24, question);
        put(answer, 32);
        put(answer, 40);
        byte[] bytes = change.apply(answer).array();
        socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void put(ByteBuffer answer, int at) {
    put(answer, at, Instant.now().plus(ahead));
  }

  static void put(ByteBuffer answer, int at, Instant time) {
    answer.putInt(at, (int) (time.getEpochSecond() + TO_EPOCH_S));
    answer.putInt(at + 4, (int) Math.round(time.getNano() / 1e9 * 4_294_967_296.0));
  }

  @Override
  public void close() {
    socket.close();
  }
}
