namespace StreamBert.Model.Training.Distillation;

/// <summary>
/// A teacher for knowledge distillation: multinomial logistic regression on TF-IDF, trained by AdaGrad (Duchi et al. 2011). It is accurate
/// on short texts and learns in seconds, which makes it a teacher for an encoder trained from scratch.
/// </summary>
internal sealed class TfIdfTeacher
{
    private const int Epochs = 12, Folds = 5;
    private const float LearningRate = 0.3f, WeightDecay = 1e-5f, InitialSquare = 1e-3f;
    private readonly TfIdfVectorizer _vectorizer;
    private readonly float[] _weights;
    private readonly int _labelCount;

    /// <summary>Trains a teacher.</summary>
    /// <param name="labelCount">The number of labels; those of the data are indices below it.</param>
    public TfIdfTeacher(IReadOnlyList<(string Text, int Label)> data, int labelCount, int seed)
    {
        _labelCount = labelCount;
        _vectorizer = new TfIdfVectorizer([.. data.Select(static item => item.Text)]);
        _weights = new float[(_vectorizer.FeatureCount + 1) * labelCount];
        Fit(data.Select(item => _vectorizer.Transform(item.Text)).ToList(), data.Select(static item => item.Label).ToArray(),
            new Random(seed));
    }

    /// <summary>Predicts the probability of each label.</summary>
    public float[] Predict(string text) => ComputeProbabilities(_vectorizer.Transform(text));

    /// <summary>
    /// Predicts the training data by cross-fitting, each text by a teacher trained on the other four of five folds, and trains a teacher
    /// on all of them for other texts.
    /// </summary>
    public static (float[][] OutOfFold, TfIdfTeacher Full) CrossFit(IReadOnlyList<(string Text, int Label)> data, int labelCount, int seed)
    {
        var predictions = new float[data.Count][];
        for (var fold = 0; fold < Folds; fold++)
        {
            var teacher = new TfIdfTeacher(data.Where((_, i) => i % Folds != fold).ToList(), labelCount, seed);
            for (var i = fold; i < data.Count; i += Folds) predictions[i] = teacher.Predict(data[i].Text);
        }

        return (predictions, new TfIdfTeacher(data, labelCount, seed));
    }

    private void Fit(List<(int Index, float Value)[]> data, int[] labels, Random random)
    {
        var squares = new float[_weights.Length];
        Array.Fill(squares, InitialSquare);
        var order = Enumerable.Range(0, data.Count).ToArray();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order) Step(data[i], labels[i], squares);
        }
    }

    private void Step((int Index, float Value)[] vector, int target, float[] squares)
    {
        var error = ComputeProbabilities(vector);
        error[target] -= 1;
        foreach (var (index, value) in WithBias(vector))
        {
            for (var label = 0; label < _labelCount; label++)
            {
                var weight = index * _labelCount + label;
                var gradient = error[label] * value + WeightDecay * _weights[weight];
                squares[weight] += gradient * gradient;
                _weights[weight] -= LearningRate * gradient / MathF.Sqrt(squares[weight]);
            }
        }
    }

    private IEnumerable<(int Index, float Value)> WithBias((int Index, float Value)[] vector) =>
        vector.Append((_vectorizer.FeatureCount, 1f));

    private float[] ComputeProbabilities((int Index, float Value)[] vector)
    {
        var logits = new float[_labelCount];
        foreach (var (index, value) in WithBias(vector))
        {
            for (var label = 0; label < _labelCount; label++) logits[label] += _weights[index * _labelCount + label] * value;
        }

        var max = logits.Max();
        var sum = 0f;
        for (var label = 0; label < _labelCount; label++) sum += logits[label] = MathF.Exp(logits[label] - max);
        for (var label = 0; label < _labelCount; label++) logits[label] /= sum;
        return logits;
    }
}
