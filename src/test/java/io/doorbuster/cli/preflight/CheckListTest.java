package io.doorbuster.cli.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.console.preflight.Check;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CheckListTest {
  private static final CheckList LIST =
      new CheckList(
          "boots",
          List.of(
              Check.notChecked("events", "none has gone out", "rehearse"),
              Check.red("stock", "tee: 17 free\nof 20", "audit it"),
              Check.ok("edge http://a:80", "all 15"),
              Check.ok("sale", "PUBLISHED")));

  private static String print(CheckList list, boolean coloured) {
    StringWriter out = new StringWriter();
    list.print(new PrintWriter(out), coloured);
    return out.toString();
  }

  @Test
  void print_ofAll_isALineEachInTheOrderOfTheFlow() {
    assertThat(print(LIST, false).lines())
        .containsExactly(
            "ok           sale              PUBLISHED",
            "ok           edge http://a:80  all 15",
            "RED          stock             tee: 17 free of 20 -> audit it",
            "not checked  events            none has gone out -> rehearse",
            "preflight of boots: 2 ok, 1 red, 1 not checked");
  }

  @Test
  void print_onATerminal_hasItsColours() {
    assertThat(print(LIST, true))
        .contains("\u001b[32mok         \u001b[0m  sale", "\u001b[1;31mRED")
        .contains("\u001b[33mnot checked\u001b[0m");
  }

  @Test
  void isGood_withSomethingNotChecked_isYes_withRedNo() {
    assertThat(LIST.isGood()).isFalse();
    Check unchecked = Check.notChecked("edge", "none was named", "--edge");
    assertThat(new CheckList("boots", List.of(unchecked)).isGood()).isTrue();
  }

  @Test
  void toJson_readBack_isTheSame() {
    JsonObject json = LIST.toJson();
    assertThat(json.getBoolean("ok")).isFalse();
    JsonObject stock = json.getJsonArray("checks").getJsonObject(2);
    assertThat(stock.getString("state")).isEqualTo("red");
    assertThat(Check.fromJson(stock)).isEqualTo(LIST.checks().get(2));
  }
}
