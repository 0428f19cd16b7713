using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;

namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>
/// Sums weighted outer products of rows, Σ w·x·xᵀ. Only the lower triangle is summed, several columns at a time; each element is
/// summed in the order of the rows, so that the sums do not depend on the processor.
/// </summary>
/// <param name="size">The length of a row.</param>
internal sealed class ScatterMatrix(int size)
{
    private static readonly int Lanes = System.Numerics.Vector<double>.Count;

    private readonly System.Numerics.Vector<double>[][] _triangle =
        [.. Enumerable.Range(0, size).Select(static row => new System.Numerics.Vector<double>[row / Lanes + 1])];

    private readonly System.Numerics.Vector<double>[] _row = new System.Numerics.Vector<double>[(size - 1) / Lanes + 1];

    /// <summary>Adds the outer product of a row with itself.</summary>
    public void Add(ReadOnlySpan<double> row, double weight = 1)
    {
        row.CopyTo(MemoryMarshal.Cast<System.Numerics.Vector<double>, double>(_row.AsSpan()));
        for (var i = 0; i < _triangle.Length; i++)
        {
            var factor = Vector.Create(weight * row[i]);
            var sums = _triangle[i];
            for (var lane = 0; lane < sums.Length; lane++)
                sums[lane] += factor * _row[lane];
        }
    }

    /// <summary>Returns the symmetric matrix.</summary>
    /// <param name="regularise">Changes an element of the diagonal, by its index.</param>
    public Matrix<double> ToMatrix(Func<int, double, double> regularise) => Matrix<double>.Build.Dense(
        size, size, (i, j) => i == j ? regularise(i, Element(i, i)) : Element(Math.Max(i, j), Math.Min(i, j)));

    /// <summary>Returns the sum of the diagonal.</summary>
    public double Trace() => Enumerable.Range(0, size).Sum(i => Element(i, i));

    private double Element(int row, int column) => _triangle[row][column / Lanes][column % Lanes];
}
