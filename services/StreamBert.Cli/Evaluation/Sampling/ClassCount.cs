namespace StreamBert.Cli.Evaluation.Sampling;

/// <summary>What an item adds to the counts of a class.</summary>
internal readonly record struct ClassCount(int Class, int Support, int Predicted, int Correct);
