// Inputs that both sides of a computation make: the SplitMix64 generator (Steele, Lea and Flood, 2014).
const bits = x => BigInt.asUintN(64, x);

class SplitMix64 {
    constructor(seed) { this.state = bits(seed); }
    // 64 bits, as an unsigned number.
    next() {
        this.state = bits(this.state + 0x9e3779b97f4a7c15n);
        let z = this.state;
        z = bits((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
        z = bits((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
        return z ^ (z >> 31n);
    }
}

module.exports = { SplitMix64 };
