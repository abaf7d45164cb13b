/// The report of a results folder.
public enum Report {}
