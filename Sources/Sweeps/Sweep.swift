/// An ablation as trials.
public enum Sweep {}
