export { Pool } from '../../http/undici.js';
