namespace StreamBert.Training.Annotators;

/// <summary>The label that an annotator gave to an item; items that the model reads identically have the same number.</summary>
internal readonly record struct Annotation(int Item, string Annotator, string Label);
