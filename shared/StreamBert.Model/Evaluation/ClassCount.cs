namespace StreamBert.Model.Evaluation;

/// <summary>What an item adds to the counts of a class.</summary>
/// <param name="Class">The index of the class.</param>
/// <param name="Support">How often the item has the class.</param>
/// <param name="Predicted">How often the class is predicted.</param>
/// <param name="Correct">How often it is predicted correctly.</param>
public readonly record struct ClassCount(int Class, int Support, int Predicted, int Correct);
