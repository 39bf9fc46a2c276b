import { buildIfNeeded } from '../../gateway/build.mjs';

export default function build() {
  buildIfNeeded();
}
