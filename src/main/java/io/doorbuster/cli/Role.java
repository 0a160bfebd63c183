package io.doorbuster.cli;

import io.doorbuster.sale.Fields;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A part of the work; one process does all of it, or many share it. */
enum Role {
  /** Buyers' requests: the gate, reservations, status, the page, payments' callbacks. */
  GATE,
  /** Commits, expires, moves units, sends events, settles. */
  ORDERS,
  /** Operators' words and pages. */
  CONSOLE;

  static Set<Role> read(Fields top) {
    List<String> names = top.texts("roles");
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : names) {
      try {
        roles.add(valueOf(name.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        top.reject("roles", "knows gate, orders and console, not " + name);
      }
    }
    return roles.isEmpty() ? EnumSet.allOf(Role.class) : roles;
  }
}
