namespace StreamBert.Model.Datasets;

/// <summary>
/// A labelled text of the data that a model was built on, kept in its package (<c>anchor.jsonl</c>). Later versions rehearse the training
/// part, and are compared with their predecessor on the evaluation part, which no version was trained on.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="Head">The name of the head.</param>
/// <param name="Label">The true label.</param>
/// <param name="Part"><see cref="EvaluationPart"/> or <see cref="TrainingPart"/>.</param>
public sealed record AnchorText(string Text, string Head, string Label, string Part)
{
    /// <summary>The part that no version is trained on.</summary>
    public const string EvaluationPart = "evaluation";

    /// <summary>The part that versions are trained on.</summary>
    public const string TrainingPart = "training";

    /// <summary>Creates a text of a part.</summary>
    internal static AnchorText Create(LabelledText text, string part) => new(text.Text, text.Head, text.Label, part);

    /// <summary>Returns the text without its part.</summary>
    public LabelledText ToLabelledText() => new(Text, Head, Label);
}
