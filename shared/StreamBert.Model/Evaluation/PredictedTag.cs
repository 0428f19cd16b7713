namespace StreamBert.Model.Evaluation;

/// <summary>The predicted tag of a word and its calibrated probability.</summary>
internal readonly record struct PredictedTag(string Tag, double Probability);
