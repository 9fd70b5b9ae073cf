// The tree of a program: nodes with a template for each language, in which @N stands for the N-th part. Both texts are
// made from one tree, and a finding is made smaller by leaving out statements and replacing expressions. A node whose
// `js` is null exists in Cora only.
"use strict";

class Node {
    // `type` is that of an expression, null of a statement or declaration.
    constructor(type, cora, js, parts) {
        this.type = type;
        this.cora = cora;
        this.js = js;
        this.parts = parts;
        this.typed = true; // its text alone says its type
    }

    text(language) {
        const template = this[language];
        if (template === null) throw new Error(`only in Cora: ${this.cora}`);
        let text = "", from = 0;
        for (let at = template.indexOf("@"); at >= 0; at = template.indexOf("@", from)) {
            let end = at + 1, number = 0;
            for (let digit; (digit = template.charCodeAt(end) - 48) >= 0 && digit < 10; end++) number = number * 10 + digit;
            text += template.slice(from, at) + this.parts[number].text(language);
            from = end;
        }
        return from ? text + template.slice(from) : template;
    }
}

// Statements, each on lines of its own.
class Block {
    constructor(nodes) {
        this.nodes = nodes.filter(node => node);
    }

    text(language) {
        let text = "\n";
        for (const each of this.nodes) text += each.text(language) + "\n";
        return text;
    }
}

// The text with lines indented by the braces around them.
function indented(text) {
    let depth = 0;
    return text.split("\n").map(line => {
        line = line.trim();
        const closed = /^[})\]]*/.exec(line)[0].length, opened = (line.match(/[{(\[]/g) || []).length - (line.match(/[})\]]/g) || []).length;
        const indent = "    ".repeat(Math.max(0, depth - closed));
        depth += opened;
        return line && indent + line;
    }).filter(line => line).join("\n") + "\n";
}

const node = (type, cora, js, ...parts) => new Node(type, cora, js, parts);

// Statements one after the other, in a place for one.
const lines = (...nodes) => {
    const holes = nodes.map((_, i) => `@${i}`).join("\n");
    return node(null, holes, holes, ...nodes);
};

function* blocksOf(block) {
    const pending = [block];
    while (pending.length) {
        const next = pending.pop();
        yield next;
        const nodes = [...next.nodes];
        while (nodes.length)
            for (const part of nodes.pop().parts) (part instanceof Block ? pending : nodes).push(part);
    }
}

// [owner, index] of every part that is an expression.
function* expressionsOf(block) {
    for (const each of blocksOf(block)) {
        const nodes = [...each.nodes];
        while (nodes.length) {
            const owner = nodes.pop();
            for (const [index, part] of owner.parts.entries()) {
                if (!(part instanceof Node)) continue;
                nodes.push(part);
                if (part.type) yield [owner, index];
            }
        }
    }
}

function* descendants(of) {
    for (const part of of.parts) {
        if (!(part instanceof Node)) continue;
        yield part;
        yield* descendants(part);
    }
}

// Leaves out runs of statements, halves first, as long as `fails` holds.
function shrinkBlock(block, fails) {
    let progress = false;
    for (let size = Math.max(1, block.nodes.length >> 1); size >= 1; size >>= 1) {
        for (let at = 0; at < block.nodes.length;) {
            const kept = block.nodes;
            block.nodes = [...kept.slice(0, at), ...kept.slice(at + size)];
            if (fails()) {
                progress = true;
            } else {
                block.nodes = kept;
                at += size;
            }
        }
    }
    return progress;
}

// Replaces an expression by a simple value of its type, or by a part of it.
function shrinkExpression(owner, index, simple, fails) {
    const part = owner.parts[index], length = part.text("cora").length;
    const candidates = [simple(part.type)];
    for (const below of descendants(part)) {
        if (candidates.length === 5) break;
        if (below.type === part.type) candidates.push(below);
    }
    for (const candidate of candidates) {
        if (!candidate || candidate.text("cora").length >= length) continue;
        owner.parts[index] = candidate;
        if (fails()) return true;
    }
    owner.parts[index] = part;
    return false;
}

// Makes the program smaller as long as `fails()`, asked after each change, holds. `simple(type)` is a simple value.
function shrink(block, simple, fails) {
    for (let progress = true; progress;) {
        progress = false;
        for (const each of [...blocksOf(block)]) progress = shrinkBlock(each, fails) || progress;
        for (const [owner, index] of [...expressionsOf(block)])
            progress = shrinkExpression(owner, index, simple, fails) || progress;
    }
}

module.exports = {Node, Block, node, lines, shrink, indented};
