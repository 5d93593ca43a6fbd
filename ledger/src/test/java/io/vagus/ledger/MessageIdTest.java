package io.vagus.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageIdTest {

  @Test
  void readsWhatItWrites() {
    for (long offset : new long[] {0, 1, 15, 16, 0xabcdef, Long.MAX_VALUE}) {
      MessageId id = new MessageId(offset);
      assertThat(MessageId.parse(id.toString())).contains(id);
    }
    assertThat(new MessageId(255)).hasToString("m-ff");
  }

  @Test
  void takesNothingElseForAnId() {
    for (String text :
        new String[] {"", "m-", "m-g", "m-FF", "m-0f", "ff", "m-ffffffffffffffff", "m--1", "M-1"}) {
      assertThat(MessageId.parse(text)).as(text).isEmpty();
    }
  }
}
