using StreamBert.Contracts;

namespace StreamBert.Model;

/// <summary>A head of a loaded model.</summary>
public sealed record HeadInfo(string Name, IReadOnlyList<string> Labels);

/// <summary>A tokenized text, ready for a batch. <see cref="Ids"/> include the special tokens.</summary>
public sealed record EncodedText(int[] Ids, bool Truncated)
{
    public int Length => Ids.Length;
}

/// <summary>Every head's calibrated answer for one text, and its encoder output projected to 32 values.</summary>
public sealed record ClassifiedText(IReadOnlyDictionary<string, HeadPrediction> Heads, float[] Embedding);

/// <summary>A loaded model package. Encoding and classifying may be called from several threads at once.</summary>
public sealed class TextClassifier : IDisposable
{
    public string Version => throw new NotImplementedException();
    public IReadOnlyList<HeadInfo> Heads => throw new NotImplementedException();
    public int MaxTokens => throw new NotImplementedException();

    /// <exception cref="ModelPackageException">The directory is no valid package; the message names file and tensor.</exception>
    public static TextClassifier Load(string directory) => throw new NotImplementedException();

    public EncodedText Encode(string text) => throw new NotImplementedException();

    /// <summary>One padding-free forward pass over all texts; the answers stand in the order of the texts.</summary>
    public ClassifiedText[] Classify(IReadOnlyList<EncodedText> texts) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>A model package is invalid.</summary>
public sealed class ModelPackageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A text with the right label of one head.</summary>
public sealed record LabelledText(string Text, string Head, string Label, float Weight = 1);
