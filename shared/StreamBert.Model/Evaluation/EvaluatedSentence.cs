namespace StreamBert.Model.Evaluation;

/// <summary>The true and the predicted tags of a sentence, word by word.</summary>
internal sealed record EvaluatedSentence(IReadOnlyList<string> Actual, IReadOnlyList<PredictedTag> Predicted);
