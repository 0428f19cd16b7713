using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>A person's verdict, joined with its text.</summary>
public sealed record Verdict(string Text, string Head, string Label, DateTimeOffset OccurredAt)
{
    public VerdictKey Key => new(TextKey.Of(Text), Head);
}

/// <summary>What there is one answer to: a text (as <see cref="TextKey.Of"/> writes it) and a head.</summary>
public readonly record struct VerdictKey(string Text, string Head);

/// <summary>Why a verdict cannot be learned from: values of the tag <c>reason</c> of <c>streambert.training.set_aside</c>.</summary>
public static class SetAside
{
    public const string NotReadable = "not-readable";
    public const string UnknownPipeline = "unknown-pipeline";
    public const string UnknownHead = "unknown-head";
    public const string UnknownLabel = "unknown-label";

    /// <summary>The verdict brings neither a text nor an origin.</summary>
    public const string NoText = "no-text";

    /// <summary>The text was sealed, and its subject erased (or its key is not here).</summary>
    public const string Erased = "erased";

    /// <summary>Retention has removed the text from the log.</summary>
    public const string OriginGone = "origin-gone";

    /// <summary>The record at the origin holds no text where the pipeline's field mapping looks for it, or belongs to another id.</summary>
    public const string OriginMismatch = "origin-mismatch";
}
