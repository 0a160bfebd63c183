package io.doorbuster.sale;

import java.util.Locale;
import java.util.Optional;

/** What a sale's page speaks. */
public enum Language {
  EN,
  ZH;

  /** As BCP 47 has it: {@code en}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Language> find(String code) {
    for (Language language : values()) {
      if (language.code().equals(code)) {
        return Optional.of(language);
      }
    }
    return Optional.empty();
  }
}
