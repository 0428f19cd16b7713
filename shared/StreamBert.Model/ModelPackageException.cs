namespace StreamBert.Model;

/// <summary>A model package or the data to train it with is invalid, or the model cannot compute as requested.</summary>
/// <param name="message">The problem, with the file that has it.</param>
/// <param name="inner">The cause, if it is another exception.</param>
public sealed class ModelPackageException(string message, Exception? inner = null) : Exception(message, inner);
