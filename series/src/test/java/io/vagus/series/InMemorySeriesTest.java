package io.vagus.series;

/** The contract on the heap. */
class InMemorySeriesTest extends SeriesContract {
  @Override
  protected Series open() {
    return new InMemorySeries(CONFIG);
  }
}
