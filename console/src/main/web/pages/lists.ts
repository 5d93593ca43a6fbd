import { html, type TemplateResult } from 'lit';
import { changeColumns, duplicateColumns, gapColumns, merged, refusalColumns } from '../columns.js';
import { empty, messagePages } from '../parts.js';
import { link } from '../route.js';
import type { Change, Duplicate, Gap, Refusal } from '../types.js';
import { Listing } from './listing.js';

const all = (page: string) => html`<a href=${link([page])}>Show all</a>`;

class Refusals extends Listing<Refusal> {
  protected readonly heading = 'Refusals';
  protected readonly explains = 'Who was turned away, and why. Equal ones within a minute are one line; the newest 10,000 lines are kept.';
  protected readonly path = '/refusals';
  protected override aside = () => messagePages('refusals');
  protected readonly filters = ['device', 'reason'];
  protected columns = () => refusalColumns(this.tick.now);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No refusal fits.', all('refusals')) : empty('Nobody was turned away.', 'A device with a wrong secret or a message that cannot be read would be here.'));
}
customElements.define('v-refusals', Refusals);

class Duplicates extends Listing<Duplicate> {
  protected readonly heading = 'Duplicates';
  protected readonly explains = 'Messages that came again. Each was counted once; both copies can be looked at as long as the journal holds them.';
  protected readonly path = '/duplicates';
  protected override aside = () => messagePages('duplicates');
  protected readonly filters = ['device', 'cause'];
  protected columns = () => duplicateColumns(this.tick.now, true);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No duplicate fits.', all('duplicates')) : empty('No message came twice.', 'A device that sends again after a lost acknowledgement would be here.'));
}
customElements.define('v-duplicates', Duplicates);

class Gaps extends Listing<Gap> {
  protected readonly heading = 'Gaps';
  protected readonly explains = 'Where readings should be and are not: a jump in the sequence, or a silence longer than the cadence of the product.';
  protected readonly path = '/gaps';
  protected override aside = () => messagePages('gaps');
  protected readonly filters = ['device'];
  protected columns = () => gapColumns(true);
  protected override shown = () => merged(this.items);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No gap fits.', all('gaps')) : empty('No gap was found.', 'Gaps are found where a device numbers its messages or its product says a cadence.'));
}
customElements.define('v-gaps', Gaps);

class Events extends Listing<Change> {
  protected readonly heading = 'Events';
  protected readonly explains = 'Every change of products, devices, credentials and applications, and who made it. Each is chained to the one before it: vagus audit verify proves that none is missing.';
  protected readonly filters = ['device', 'actor', 'type', 'subject'];
  protected columns = () => changeColumns(this.tick.now, !this.device);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No event fits.', all('events')) : empty('Nothing was changed yet.', 'The first device would be here.'));

  private get device(): string {
    return this.query.get('device') ?? '';
  }

  protected get path(): string {
    return this.device ? `/devices/${encodeURIComponent(this.device)}/history` : '/events';
  }

  protected override get asksNow(): Record<string, string | number> {
    const { device: _, ...others } = super.asksNow;
    return others;
  }
}
customElements.define('v-events', Events);
