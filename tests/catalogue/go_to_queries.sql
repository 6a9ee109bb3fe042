SELECT t.id, t.artist, t.title
FROM tracks t
LEFT JOIN analysis_results ar ON t.id = ar.track_id
  AND ar.analyzer_type = 'qwen-3-4b-fp8'
WHERE ar.id IS NULL AND t.lyrics IS NOT NULL
ORDER BY t.id LIMIT 100;

SELECT
    (SELECT COUNT(*) FROM tracks WHERE lyrics IS NOT NULL) as total_tracks,
    (SELECT COUNT(DISTINCT track_id) FROM analysis_results
     WHERE analyzer_type = 'qwen-3-4b-fp8') as analyzed_tracks,
    ROUND(100.0 * (SELECT COUNT(DISTINCT track_id) FROM analysis_results
     WHERE analyzer_type = 'qwen-3-4b-fp8') /
     (SELECT COUNT(*) FROM tracks WHERE lyrics IS NOT NULL), 2) as percentage;

SELECT title, artist, lyrics_embedding <=> vector('[0.1,0.2,0.3]') AS similarity
FROM tracks
ORDER BY lyrics_embedding <=> vector('[0.1,0.2,0.3]')
LIMIT 10;
