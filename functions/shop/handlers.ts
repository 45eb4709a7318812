import type { shop } from '@layers/contract/shop';
import type { Handlers } from '@layers/http/serve';
import { addToCart } from './add-to-cart.ts';
import { cancelOrder } from './cancel-order.ts';
import { changeStock } from './change-stock.ts';
import { createProduct } from './create-product.ts';
import { deleteProduct } from './delete-product.ts';
import { listOrders } from './list-orders.ts';
import { listProducts } from './list-products.ts';
import { placeOrder } from './place-order.ts';
import { readCart } from './read-cart.ts';
import { readOrder } from './read-order.ts';
import { readProduct } from './read-product.ts';
import { removeFromCart } from './remove-from-cart.ts';
import { replaceProduct } from './replace-product.ts';
import type { ShopParts } from './shop-parts.ts';

/** The whole shop over the given parts: the same behind Lambda, behind plain node:http, and in tests. */
export function shopHandlers(parts: ShopParts): Handlers<typeof shop> {
  return {
    listProducts: listProducts(parts),
    readProduct: readProduct(parts),
    createProduct: createProduct(parts),
    replaceProduct: replaceProduct(parts),
    deleteProduct: deleteProduct(parts),
    changeStock: changeStock(parts),
    addToCart: addToCart(parts),
    readCart: readCart(parts),
    removeFromCart: removeFromCart(parts),
    placeOrder: placeOrder(parts),
    listOrders: listOrders(parts),
    readOrder: readOrder(parts),
    cancelOrder: cancelOrder(parts),
  };
}
