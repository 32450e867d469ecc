using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Tests;

public sealed class LeaseReaderTests
{
    private readonly BlockPool _pool = new(16);
    private readonly LeaseReader _reader = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocks_are_read_where_they_lie_and_given_back_as_the_reader_advances()
    {
        Add(1, 3);
        Add(2, 2);
        var read = await _reader.ReadAsync(Token);
        Assert.Equal([1, 1, 1, 2, 2], read.Buffer.ToArray());
        Assert.False(read.IsCompleted);

        _reader.AdvanceTo(read.Buffer.GetPosition(4));
        Assert.Equal(1, _pool.Rented);

        _reader.End();
        read = await _reader.ReadAsync(Token);
        Assert.Equal([2], read.Buffer.ToArray());
        Assert.True(read.IsCompleted);
        _reader.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public async Task A_reader_that_examined_all_waits_for_more()
    {
        Add(1, 3);
        var read = await _reader.ReadAsync(Token);
        _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var waiting = _reader.ReadAsync(Token);
        Assert.False(waiting.IsCompleted);
        Add(2, 1);
        read = await waiting;
        Assert.Equal([1, 1, 1, 2], read.Buffer.ToArray());
    }

    [Fact]
    public async Task A_fault_is_told_after_the_bytes_that_came_before_it()
    {
        Add(1, 1);
        _reader.End(new IOException("gone"));
        var read = await _reader.ReadAsync(Token);
        Assert.Equal([1], read.Buffer.ToArray());
        Assert.False(read.IsCompleted);
        _reader.AdvanceTo(read.Buffer.End);
        var error = await Assert.ThrowsAsync<IOException>(async () => await _reader.ReadAsync(Token));
        Assert.Equal("gone", error.Message);
    }

    [Fact]
    public async Task Abandoning_takes_back_what_the_reader_has_not_been_given()
    {
        Add(1, 1);
        var read = await _reader.ReadAsync(Token);
        Add(2, 1);
        Add(3, 1);
        _reader.End();
        _reader.Abandon(new IOException("gone"));
        Assert.Equal(1, _pool.Rented);
        Assert.Equal([1], read.Buffer.ToArray());
        _reader.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, _pool.Rented);
        await Assert.ThrowsAsync<IOException>(async () => await _reader.ReadAsync(Token));
    }

    [Fact]
    public async Task Abandoning_what_was_given_whole_takes_nothing_from_the_reader()
    {
        Add(1, 1);
        _reader.End();
        var read = await _reader.ReadAsync(Token);
        _reader.Abandon(new IOException("gone"));
        _reader.AdvanceTo(read.Buffer.End);
        Assert.True((await _reader.ReadAsync(Token)).IsCompleted);
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void After_completion_all_is_given_back_and_nothing_is_taken()
    {
        Add(1, 1);
        _reader.Complete();
        Assert.Equal(0, _pool.Rented);
        Assert.True(_pool.TryRent(1, out var lease));
        Assert.False(_reader.Add(lease!));
        lease!.Release();
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_the_next_one_still_works()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = _reader.ReadAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);

        var pending = _reader.ReadAsync(Token);
        _reader.CancelPendingRead();
        Assert.True((await pending).IsCanceled);

        Add(5, 1);
        Assert.Equal([5], (await _reader.ReadAsync(Token)).Buffer.ToArray());
    }

    [Fact]
    public async Task One_thread_adds_while_another_reads()
    {
        const int Blocks = 5000;
        var adding = Task.Run(async () =>
        {
            for (var i = 0; i < Blocks; i++)
            {
                Lease? lease;
                while (!_pool.TryRent(1 + (i % 7), out lease)) await Task.Yield();
                lease!.Memory.Span.Fill((byte)i);
                Assert.True(_reader.Add(lease));
            }

            _reader.End();
        }, Token);
        using var output = new MemoryStream();
        await _reader.CopyToAsync(output, Token);
        await adding;

        var expected = new MemoryStream();
        for (var i = 0; i < Blocks; i++)
            expected.Write(Enumerable.Repeat((byte)i, 1 + (i % 7)).ToArray());
        Assert.Equal(expected.ToArray(), output.ToArray());
        Assert.Equal(0, _pool.Rented);
    }

    private void Add(byte value, int length)
    {
        Assert.True(_pool.TryRent(length, out var lease));
        lease!.Memory.Span.Fill(value);
        Assert.True(_reader.Add(lease));
    }
}
