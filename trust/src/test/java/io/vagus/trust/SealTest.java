package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import org.junit.jupiter.api.Test;

class SealTest {
  private static final Enrollee ENROLLEE = new Enrollee.Known(new DeviceId("pump-1"), "5f0e", true);

  private final Seal seal = new Seal();

  @Test
  void opensWhatItSealed() {
    assertThat(seal.open(seal.seal(ENROLLEE))).contains(ENROLLEE);
  }

  @Test
  void believesNobodyElse() {
    String sealed = seal.seal(ENROLLEE);
    assertThat(new Seal().open(sealed)).isEmpty();
    assertThat(seal.open(sealed.replace("pump-1", "pump-2"))).isEmpty();
    assertThat(seal.open(sealed.substring(0, sealed.length() - 1))).isEmpty();
    for (String junk : new String[] {"", ",", ",,,", "pump-1,5f0e,true,"}) {
      assertThat(seal.open(junk)).as(junk).isEmpty();
    }
  }
}
