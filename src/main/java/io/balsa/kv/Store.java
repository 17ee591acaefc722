package io.balsa.kv;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * An ordered map of byte arrays that can be frozen in an instant: a balanced binary tree (AVL) that is changed in
 * place, except for nodes that a frozen view may see, which are copied first.
 *
 * <p>One thread changes it; any thread may walk a frozen view. Keys are ordered as unsigned bytes.
 */
final class Store {
    private Node root;
    private int size;
    /** Nodes that bear another mark than this one may be seen by a frozen view. */
    private Object mark = new Object();

    /** A key and its value, between those before and those after it. */
    private static final class Node {
        private final Object mark;
        private final byte[] key;
        private byte[] value;
        private Node left;
        private Node right;
        private int height = 1;

        Node(Object mark, byte[] key, byte[] value) {
            this.mark = mark;
            this.key = key;
            this.value = value;
        }

        Node copy(Object newMark) {
            Node copy = new Node(newMark, key, value);
            copy.left = left;
            copy.right = right;
            copy.height = height;
            return copy;
        }
    }

    /** What a store held when it was frozen. */
    record Frozen(int size, Iterable<KvReply.Pair> pairs) {}

    int size() {
        return size;
    }

    /** The steps from the root to the deepest pair, both counted. */
    int depth() {
        return height(root);
    }

    Optional<byte[]> get(byte[] key) {
        Node node = root;
        while (node != null) {
            int order = Arrays.compareUnsigned(key, node.key);
            if (order == 0) {
                return Optional.of(node.value);
            }
            node = order < 0 ? node.left : node.right;
        }
        return Optional.empty();
    }

    void put(byte[] key, byte[] value) {
        root = put(root, key, value);
    }

    /** Whether there was a value to remove. */
    boolean remove(byte[] key) {
        if (get(key).isEmpty()) {
            return false;
        }
        root = remove(root, key);
        size--;
        return true;
    }

    /** The pairs whose keys are not before {@code first}, in order; the store must not change meanwhile. */
    Iterator<KvReply.Pair> from(byte[] first) {
        return new Walk(root, first);
    }

    /** Holds fast what is stored now. */
    Frozen freeze() {
        mark = new Object();
        return now();
    }

    /** What is stored now, to be walked before anything changes. */
    Frozen now() {
        Node top = root;
        return new Frozen(size, () -> new Walk(top, new byte[0]));
    }

    /** The node itself if no frozen view may see it, else a copy. */
    private Node own(Node node) {
        return node.mark == mark ? node : node.copy(mark);
    }

    private Node put(Node at, byte[] key, byte[] value) {
        if (at == null) {
            size++;
            return new Node(mark, key, value);
        }
        Node node = own(at);
        int order = Arrays.compareUnsigned(key, node.key);
        if (order == 0) {
            node.value = value;
            return node;
        }
        if (order < 0) {
            node.left = put(node.left, key, value);
        } else {
            node.right = put(node.right, key, value);
        }
        return balanced(node);
    }

    private Node remove(Node at, byte[] key) {
        int order = Arrays.compareUnsigned(key, at.key);
        if (order == 0) {
            return joined(at);
        }
        Node node = own(at);
        if (order < 0) {
            node.left = remove(node.left, key);
        } else {
            node.right = remove(node.right, key);
        }
        return balanced(node);
    }

    /** What is left of a tree without its root: the first node of the right half takes its place. */
    private Node joined(Node gone) {
        if (gone.left == null || gone.right == null) {
            return gone.left == null ? gone.right : gone.left;
        }
        Node first = gone.right;
        while (first.left != null) {
            first = first.left;
        }
        Node node = new Node(mark, first.key, first.value);
        node.left = gone.left;
        node.right = withoutFirst(gone.right);
        return balanced(node);
    }

    private Node withoutFirst(Node at) {
        if (at.left == null) {
            return at.right;
        }
        Node node = own(at);
        node.left = withoutFirst(node.left);
        return balanced(node);
    }

    private Node balanced(Node node) {
        int lean = height(node.left) - height(node.right);
        if (lean > 1) {
            node.left = own(node.left);
            if (height(node.left.left) < height(node.left.right)) {
                node.left = leftUp(node.left);
            }
            return rightUp(node);
        }
        if (lean < -1) {
            node.right = own(node.right);
            if (height(node.right.right) < height(node.right.left)) {
                node.right = rightUp(node.right);
            }
            return leftUp(node);
        }
        measure(node);
        return node;
    }

    /** Rotates to the right: the left child becomes the root. */
    private Node rightUp(Node node) {
        Node top = own(node.left);
        node.left = top.right;
        top.right = node;
        measure(node);
        measure(top);
        return top;
    }

    /** Rotates to the left: the right child becomes the root. */
    private Node leftUp(Node node) {
        Node top = own(node.right);
        node.right = top.left;
        top.left = node;
        measure(node);
        measure(top);
        return top;
    }

    private static void measure(Node node) {
        node.height = 1 + Math.max(height(node.left), height(node.right));
    }

    private static int height(Node node) {
        return node == null ? 0 : node.height;
    }

    /** Pairs in order, from a given key on. */
    private static final class Walk implements Iterator<KvReply.Pair> {
        private final Deque<Node> path = new ArrayDeque<>();

        Walk(Node root, byte[] first) {
            Node node = root;
            while (node != null) {
                if (Arrays.compareUnsigned(first, node.key) <= 0) {
                    path.push(node);
                    node = node.left;
                } else {
                    node = node.right;
                }
            }
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public KvReply.Pair next() {
            Node node = path.pop();
            for (Node later = node.right; later != null; later = later.left) {
                path.push(later);
            }
            return new KvReply.Pair(node.key, node.value);
        }
    }
}
