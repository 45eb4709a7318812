/** Simple drawings, one a category; any other gets a parcel. Pictures of elsewhere are not loaded. */
const drawings: Readonly<Record<string, string>> = {
  kitchen:
    'M12 18h30v18a10 10 0 0 1-10 10H22a10 10 0 0 1-10-10Zm30 5h4a6 6 0 0 1 0 12h-4M20 6v6M27 6v6M34 6v6',
  stationery: 'M14 8h28v40H14ZM20 8v40M26 18h10M26 26h10M26 34h6',
  outdoor: 'M28 8 50 46H6ZM28 26v20M28 26l-9 20M28 26l9 20',
};
const parcel = 'M8 18 28 8l20 10v22L28 50 8 40ZM8 18l20 10 20-10M28 28v22';

export function CategoryPicture({ category }: { category: string }) {
  return (
    <svg class="picture" viewBox="0 0 56 56" aria-hidden="true">
      <path d={drawings[category] ?? parcel} />
    </svg>
  );
}
