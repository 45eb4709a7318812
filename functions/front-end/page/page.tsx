import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { useObservable } from './observable.ts';
import { Drawer } from './parts/drawer.tsx';
import { Empty } from './parts/feedback.tsx';
import { Header } from './parts/header.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { ConsensusRoom } from './rooms/consensus/consensus-room.tsx';
import { LessonsRoom } from './rooms/lessons/lessons-room.tsx';
import { RedundancyRoom } from './rooms/redundancy/redundancy-room.tsx';
import { RegistryRoom } from './rooms/registry/registry-room.tsx';
import { ShopRoom } from './rooms/shop/shop-room.tsx';
import { type Place, place } from './router.ts';

/** A room is an entry here and nothing else. */
const rooms: readonly {
  readonly path: string;
  readonly name: string;
  readonly Room: ComponentType<Place>;
}[] = [
  { path: 'shop', name: 'Shop', Room: ShopRoom },
  { path: 'redundancy', name: 'Redundancy', Room: RedundancyRoom },
  { path: 'consensus', name: 'Consensus', Room: ConsensusRoom },
  { path: 'registry', name: 'Registry', Room: RegistryRoom },
  { path: 'lessons', name: 'Lessons', Room: LessonsRoom },
];

export function Page() {
  const { parts, query } = useObservable(place);
  const [path = 'shop', ...rest] = parts;
  const room = rooms.find((one) => one.path === path);
  useEffect(() => {
    document.title = room === undefined ? 'tandem' : `${room.name} · tandem`;
  }, [room]);
  return (
    <>
      <Header rooms={rooms} current={path} />
      <main id="main" class="page">
        <SignIn />
        {room === undefined ? <Nowhere /> : <room.Room parts={rest} query={query} />}
      </main>
      <Drawer />
    </>
  );
}

function Nowhere() {
  return (
    <Empty title="There is no such room">
      <p>
        <a href="shop">Go to the shop</a>
      </p>
    </Empty>
  );
}
