package io.doorbuster.http;

import java.util.ArrayList;
import java.util.List;

/** A process of its own that opens connections and says nothing, until its input ends. */
final class Crowd {
  private Crowd() {}

  /** Takes the port and how many connections; prints one line when all are open. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      wires.add(new Wire(port));
    }
    System.out.println("open " + wires.size());
    while (System.in.read() >= 0) {
      // waits for the end of its input
    }
    for (Wire wire : wires) {
      wire.close();
    }
  }
}
