using System.Numerics;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>
/// Draws embeddings of 32 values: the centre of the topic, a shift for a negative sentiment, a shift for a new vocabulary, and noise. The
/// noise is the sum of two vectors of a table, which is nearly Gaussian and cheap.
/// </summary>
internal sealed class Embeddings
{
    private const int Size = 32;
    private const int NoiseVectors = 4096;
    private const double NegativeShift = 0.3;
    private const double VocabularyShift = 0.6;

    private readonly float[][] _noise;
    private readonly float[][] _topics;
    private readonly float[] _negative, _vocabulary;

    public Embeddings(int topics, Random random)
    {
        _noise = [.. Enumerable.Range(0, NoiseVectors).Select(_ => Draw(random, Math.Sqrt(0.5)))];
        _topics = [.. Enumerable.Range(0, topics).Select(_ => Draw(random, 1))];
        _negative = Draw(random, NegativeShift);
        _vocabulary = Draw(random, VocabularyShift);
    }

    /// <summary>Draws the embedding of a text.</summary>
    public float[] Draw(int topic, bool isNegative, bool isNew, Random random)
    {
        var embedding = new float[Size];
        var (first, second, center) = (_noise[random.Next(NoiseVectors)], _noise[random.Next(NoiseVectors)], _topics[topic]);
        var (negative, vocabulary) = (isNegative ? 1f : 0, isNew ? 1f : 0);
        for (var i = 0; i < Size; i += Vector<float>.Count)
        {
            var sum = new Vector<float>(center, i) + new Vector<float>(first, i) + new Vector<float>(second, i)
                + negative * new Vector<float>(_negative, i) + vocabulary * new Vector<float>(_vocabulary, i);
            sum.CopyTo(embedding, i);
        }
        return embedding;
    }

    private static float[] Draw(Random random, double scale) =>
        [.. Enumerable.Range(0, Size).Select(_ => (float)(scale * random.Normal()))];
}
